"""Loads each document that comes in as kiwiPy does, and dumps it as kiwiPy does."""
import base64
import sys

import yaml

for line in sys.stdin:
    value = yaml.load(base64.b64decode(line), Loader=yaml.FullLoader)
    print(base64.b64encode(yaml.dump(value, encoding='utf-8')).decode(), type(value).__name__, flush=True)
