"""Reads pictures with zxing-cpp for the scoreboard: width and height (4 bytes each, little-endian) and grey levels come in,
one line of JSON goes out. Only the reading itself is timed. It looks for QR codes only, as ours does; all else is as it comes."""

import json
import struct
import sys
import time

import numpy
import zxingcpp

while True:
    head = sys.stdin.buffer.read(8)
    if len(head) < 8:
        break
    width, height = struct.unpack("<II", head)
    picture = numpy.frombuffer(sys.stdin.buffer.read(width * height), dtype=numpy.uint8).reshape(height, width)
    begun = time.perf_counter()
    found = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode)
    took = (time.perf_counter() - begun) * 1e3
    print(json.dumps({"texts": [code.text for code in found], "ms": took}), flush=True)
