import pytest

from vss.layers.contents import goes_in

CPU = "openvino/libs/libopenvino_intel_cpu_plugin.so"


@pytest.mark.parametrize(
    ("distribution", "path"),
    [
        ("openvino", CPU),
        ("openvino", "openvino/libs/libopenvino.so.2641"),
        ("openvino", "openvino/opset16/ops.py"),
        ("openvino", "openvino/_pyopenvino.cpython-313-x86_64-linux-gnu.so"),
        ("openvino", "openvino-2026.4.1.dist-info/METADATA"),
        ("numpy", "numpy/_core/_multiarray_umath.cpython-313-x86_64-linux-gnu.so"),
        ("numpy", "numpy/testing/__init__.py"),
        ("numpy", "numpy-2.4.6.dist-info/licenses/LICENSE.txt"),
        ("botocore", "botocore/data/s3/2006-03-01/service-2.json.gz"),
        ("botocore", "botocore/data/endpoints.json"),
        ("six", "six.py"),
    ],
)
def test_what_runs_goes_in(distribution: str, path: str) -> None:
    assert goes_in(distribution, path)


@pytest.mark.parametrize(
    ("distribution", "path"),
    [
        ("openvino", "openvino/libs/libopenvino_intel_gpu_plugin.so"),
        ("openvino", "openvino/libs/libopenvino_onnx_frontend.so.2641"),
        ("openvino", "openvino/tools/ovc/convert.py"),
        ("openvino", "openvino/frontend/tensorflow/utils.py"),
        ("openvino", "openvino/include/openvino/openvino.hpp"),
        ("openvino", "openvino-2026.4.1.dist-info/RECORD"),
        ("numpy", "numpy/_core/tests/test_umath.py"),
        ("numpy", "numpy/_core/_rational_tests.cpython-313-x86_64-linux-gnu.so"),
        ("numpy", "numpy/__init__.pyi"),
        ("botocore", "botocore/data/ec2/2016-11-15/service-2.json.gz"),
        ("boto3", "boto3/data/ec2/2016-11-15/resources-1.json"),
        ("simplejpeg", "simplejpeg/_jpeg.pyi"),
    ],
)
def test_what_does_not_run_stays_out(distribution: str, path: str) -> None:
    assert not goes_in(distribution, path)
