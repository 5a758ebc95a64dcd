// What the machine-learning desktop promises, in one place.

/** Modules of /opt/ml. */
export const promisedModules = [
  'numpy',
  'scipy',
  'pandas',
  'polars',
  'pyarrow',
  'matplotlib.pyplot',
  'seaborn',
  'sklearn',
  'skimage',
  'cv2',
  'torch',
  'torchvision',
  'onnx',
  'onnxruntime',
  'transformers',
  'datasets',
  'tokenizers',
  'accelerate',
  'safetensors',
  'huggingface_hub',
  'tensorboard',
  'mlflow',
  'jupyterlab',
  'jupyterlab_lsp',
  'pylsp',
  'ipywidgets',
  'nbconvert',
  'papermill',
  'spyder_kernels',
]

/** Commands that must end well. */
export const promisedCommands = [
  'uv --version',
  'python3 --version',
  'jupyter lab --version',
  'tensorboard --version',
  'mlflow --version',
  'hf version',
  'ruff --version',
  'git --version',
  'git lfs version',
  'tmux -V',
  'thunar --version',
  'xfce4-terminal --version',
  'ffmpeg -hide_banner -version',
  'nvtop --version',
  'htop --version',
  'g++ --version',
  'curl --version',
  'firefox-esr --version',
  'vlc --version',
  'kate --version',
  'konsole --version',
  '/opt/spyder/bin/python -c "import spyder; print(spyder.__version__)"',
]

/** Pages that an icon opens, and where they answer. */
export const promisedPages: Record<string, string> = {
  'ml-jupyterlab': 'http://127.0.0.1:8888/api',
  'ml-tensorboard': 'http://127.0.0.1:6006/data/environment',
  'ml-mlflow': 'http://127.0.0.1:5000/health',
}

/** Enough of each library to show that it computes, not only loads. */
export const promisedWork = `
import numpy as np, torch, cv2, onnxruntime, onnx
from onnx import helper, TensorProto
from sklearn.ensemble import RandomForestClassifier
from sklearn.datasets import load_iris
from transformers import BertConfig, BertModel
x, y = load_iris(return_X_y=True)
assert RandomForestClassifier(20, random_state=0).fit(x, y).score(x, y) > 0.95
a = torch.randn(64, 64, requires_grad=True); (a @ a).sum().backward(); assert a.grad is not None
assert torch.compile(lambda t: t * 2 + 1)(torch.ones(3)).tolist() == [3, 3, 3]
assert cv2.GaussianBlur(np.ones((9, 9), np.uint8), (3, 3), 0).shape == (9, 9)
value = lambda name: helper.make_tensor_value_info(name, TensorProto.FLOAT, [2])
graph = helper.make_graph([helper.make_node("Add", ["x", "x"], ["y"])], "g", [value("x")], [value("y")])
model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
assert session.run(None, {"x": np.array([1, 2], np.float32)})[0].tolist() == [2, 4]
tiny = BertModel(BertConfig(hidden_size=32, num_hidden_layers=1, num_attention_heads=2, intermediate_size=64, vocab_size=99))
assert tiny(torch.tensor([[1, 2, 3]])).last_hidden_state.shape == (1, 3, 32)
print(f"GPU: {torch.cuda.get_device_name() if torch.cuda.is_available() else 'none'}")
`

/** TensorFlow's environment, which sees the packages of /opt/ml too. */
export const promisedTensorflowWork = `
import tensorflow as tf, keras, pandas, sklearn, matplotlib
model = keras.Sequential([keras.layers.Dense(1)])
model.compile("adam", "mse")
model.fit(tf.ones((8, 2)), tf.ones((8, 1)), verbose=0)
assert float(tf.reduce_sum(tf.matmul(tf.ones((4, 4)), tf.ones((4, 4))))) == 64
print(f"TensorFlow {tf.__version__}, Keras {keras.__version__}")
`

/** Where the first window is not yet the program. */
export const promisedTitles: Record<string, string> = { 'ml-spyder': 'Spyder (Python' }

/** With --geo: tools and the system's Python, which QGIS uses. */
export const promisedGeoCommands = [
  'gdalinfo --version',
  'ogrinfo --version',
  '/usr/bin/python3 -c "from osgeo import gdal, ogr, osr; print(gdal.__version__)"',
  'qgis_process plugins | grep processing',
]

export const promisedGeoModules = ['geopandas', 'rasterio', 'pyogrio', 'shapely', 'pyproj', 'folium']

export const promisedGeoWork = `
import geopandas, numpy, rasterio
from rasterio.transform import from_origin
from shapely.geometry import Point
places = geopandas.GeoDataFrame({"name": ["a", "b"]}, geometry=[Point(8.5, 47.4), Point(7.4, 46.9)], crs="EPSG:4326")
assert 50_000 < places.to_crs(2056).distance(places.to_crs(2056).iloc[0].geometry).max() < 150_000
places.to_file("/tmp/places.gpkg", layer="places")
profile = dict(driver="GTiff", width=4, height=3, count=1, dtype="float32", crs="EPSG:4326", transform=from_origin(7, 48, 0.5, 0.5))
with rasterio.open("/tmp/height.tif", "w", **profile) as raster:
    raster.write(numpy.ones((3, 4), "float32"), 1)
`
