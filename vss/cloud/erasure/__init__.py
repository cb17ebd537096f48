"""The erasure of a person: all that tells of them, with a signed receipt at the end."""
