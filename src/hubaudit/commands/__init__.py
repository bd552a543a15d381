"""The commands of the command line, one module each: read options, call one function, print, exit code."""
