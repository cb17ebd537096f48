"""What holds for all tests."""

import os

# OpenCV reads its pixel limit once, when cv2 is imported. The Lambda functions set it in their
# configuration and the command-line tool in vss/__init__.py; here it must come before the first
# test module, since deep_learning itself never touches the environment.
os.environ["OPENCV_IO_MAX_IMAGE_PIXELS"] = "16777216"
