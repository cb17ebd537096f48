"""What a workflow would make and where it would run, as a tree and as a picture."""
