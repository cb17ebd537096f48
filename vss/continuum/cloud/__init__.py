"""The cloud half of a workflow: from FDL to a stack, and the stack deployed, removed, read."""
