"""A shop with an assistant behind its own address: the key stays here, and each visitor has a limit."""

from flask import Flask, jsonify, render_template, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

from texts import answer, product_text

app = Flask(__name__)
limiter = Limiter(get_remote_address, app=app, default_limits=["10 per minute", "50 per day"])


@app.get("/")
@limiter.exempt
def shop():
    return render_template("shop.html")


@app.post("/answers")
def answers():
    return jsonify(text=answer(request.get_json()["question"][:500]))


@app.post("/texts")
def texts():
    return jsonify(text=product_text(request.get_json()["notes"][:4000]))
