"""The command-line tool and all that runs on an operator's or a developer's machine."""

import os

# Against decompression bombs: OpenCV reads its pixel limit once, when cv2 is imported, and decodes
# up to 1,073,741,824 pixels without it. Set here because each entry to this package comes by here
# before anything imports cv2. The same 16 MP as deep_learning.decode.DecodeLimits.
OPENCV_PIXEL_LIMIT = 16_777_216
os.environ["OPENCV_IO_MAX_IMAGE_PIXELS"] = str(OPENCV_PIXEL_LIMIT)
