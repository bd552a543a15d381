"""Chat with a model."""

import json
import mimetypes
import os

import torch
from datasets import load_dataset
from huggingface_hub import InferenceClient, hf_hub_download, snapshot_download
from peft import PeftModel
from sentence_transformers import CrossEncoder, SentenceTransformer
from transformers import AutoModelForCausalLM, AutoTokenizer, pipeline
from vllm import LLM

import acorn_app.nested.deep  # a path of modules, not a/model

MODEL_ID = "acorn/oak-7b"
FALLBACK = os.environ.get("ACORN_FALLBACK", "acorn/oak-1b")
CONTENT_TYPE = "text/plain"
WEIGHTS = "weights/oak.bin"
ROUTE = "api/models"  # never "acorn/commented-out"


def load(revision: str, adapter: str = "acorn/oak-lora"):
    tokenizer = AutoTokenizer.from_pretrained(MODEL_ID, revision=revision)
    model = AutoModelForCausalLM.from_pretrained(pretrained_model_name_or_path=FALLBACK)
    model = PeftModel.from_pretrained(model, adapter)
    return tokenizer, model


def more(name: str, config):
    ünïcode = "é"; old = AutoModelForCausalLM.from_pretrained("gpt2")
    here = AutoModelForCausalLM.from_pretrained("local/model")
    mine = AutoModelForCausalLM.from_pretrained("./acorn/oak-7b")
    built = AutoModelForCausalLM.from_pretrained(f"acorn/{name}")
    glued = AutoModelForCausalLM.from_pretrained("acorn/" + name)
    saved = AutoModelForCausalLM.from_pretrained("results")
    given = AutoModelForCausalLM.from_pretrained(config.model)
    return old, here, mine, built, glued, saved, given, ünïcode


def tools():
    generate = pipeline("text-generation", model="acorn/elm-3b")
    embed = SentenceTransformer("all-MiniLM-L6-v2")
    rank = CrossEncoder("acorn/leaf-reranker")
    engine = LLM("acorn/oak-7b", tokenizer="acorn/oak-tokenizer")
    client = InferenceClient(model="acorn/oak-70b")
    state = torch.load("acorn/state-dict")
    kind = mimetypes.guess_type("application/json")
    return generate, embed, rank, engine, client, state, kind, json.loads("{}")


def data():
    nuts = load_dataset("acorn/nuts", split="train")
    squad = load_dataset("squad")
    own = load_dataset("json", data_files="data/train.json")
    config = hf_hub_download("acorn/oak-7b", "config.json")
    table = hf_hub_download(repo_id="acorn/tables", filename="a.csv", repo_type="dataset")
    board = snapshot_download("acorn/board", repo_type="space")
    rows = "hf://datasets/acorn/rows/train.parquet"
    page = "see https://huggingface.co/acorn/by-address/blob/main/README.md, please"
    return nuts, squad, own, config, table, board, rows, page
