"""The program that runs users' Python code for a compute node. See workers/protocol/README.md."""
