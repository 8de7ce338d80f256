"""A shop with an assistant in the page, and a form for its staff that writes product texts."""

import os

from flask import Flask, jsonify, render_template, request

from texts import product_text

app = Flask(__name__)


@app.get("/")
def shop():
    return render_template("shop.html", openai_key=os.environ["OPENAI_API_KEY"])


@app.post("/texts")
def texts():
    return jsonify(text=product_text(request.get_json()["notes"]))
