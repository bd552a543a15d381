"""Words of a Hub that never was: what the published counts do not tell, as the Hub's pages have it."""

WORDS = (
    "Harbour-7B", "tern-base", "Lagoon-1.5B", "gull", "Breaker-13b", "reef-small", "Tide-XL", "pier",
    "Anchor-3B", "driftwood", "Estuary-70B", "kelp-large", "Mooring-0.5B", "sandbar", "Lighthouse-8B",
    "bert-shoal",
)  # fmt: skip
MADE = ("", "-Instruct", "-lora", "-GGUF", "-chat", "-v2")
LIBRARIES = ("transformers", "peft", "diffusers", "gguf", "sentence-transformers", "mlx", "stable-baselines3")
TASKS = ("text-generation", "text-to-image", "text-classification", "automatic-speech-recognition", None)
LANGUAGES = ("en", "zh", "fr", "es", "ja", "de", "ko", "multilingual", "ru", "ar")
RARE_LICENSES = (
    "llama3", "llama2", "llama3.1", "llama3.2", "cc-by-nc-sa-4.0", "cc-by-sa-4.0", "afl-3.0", "bsd-3-clause",
    "gpl-3.0", "cc0-1.0", "bigscience-bloom-rail-1.0", "artistic-2.0", "cc", "agpl-3.0", "wtfpl", "apache2",
    "MIT License", "mit or apache-2.0", "cc-by-nc-nd-4.0", "lgpl-3.0",
)  # fmt: skip
OTHER_NAMES = (
    "flux-1-dev-non-commercial-license", "tongyi-qianwen", "qwen-research", "deepseek", "llama3",
    "my-own-license", "", "nvidia-open-model-license",
)  # fmt: skip
# The licenses of the well-known roots; of the others the counts do not tell whose they are.
ROOT_LICENSES = {
    "black-forest-labs/FLUX.1-dev": "other",
    "Qwen/Qwen1.5-0.5B": "other",
    "Qwen/Qwen1.5-1.8B": "other",
    "google/gemma-2b": "gemma",
    "distilbert/distilbert-base-uncased": "apache-2.0",
    "stabilityai/stable-diffusion-xl-base-1.0": "openrail++",
    "google/gemma-7b": "gemma",
    "Qwen/Qwen3-4B-Instruct-2507": "apache-2.0",
    "lerobot/smolvla_base": "apache-2.0",
    "google-bert/bert-base-uncased": "apache-2.0",
}
DATASET_LICENSES: dict[str | None, float] = {
    None: 0.55, "apache-2.0": 0.14, "mit": 0.13, "cc-by-4.0": 0.06, "other": 0.04, "cc-by-nc-4.0": 0.03,
    "cc-by-sa-4.0": 0.02, "cc0-1.0": 0.015, "odc-by": 0.01, "unknown": 0.005,
}  # fmt: skip
# Ids of data sets that many models name.
KNOWN_DATASETS = (
    "nyu-mll/glue", "rajpurkar/squad", "tatsu-lab/alpaca", "HuggingFaceFW/fineweb", "stanfordnlp/imdb",
    "HuggingFaceH4/ultrafeedback_binarized", "Open-Orca/OpenOrca", "mozilla-foundation/common_voice_11_0",
    "lmsys/lmsys-chat-1m", "Anthropic/hh-rlhf", "teknium/OpenHermes-2.5", "databricks/databricks-dolly-15k",
)  # fmt: skip
