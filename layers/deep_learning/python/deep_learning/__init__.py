"""The lowest layer: the OpenVINO runtime, the model catalogue, guarded decoding, image operations.

Does no I/O beyond reading model files and knows nothing of AWS, faces or people.
"""
