"""Model calls in loops, and in loops in loops. ``ask`` is a model call."""

from __future__ import annotations

from pathlib import Path

import pytest
from preludes import ASK as PRELUDE
from support import assert_marked

NESTINGS = {
    "two loops": """
        def run(authors):
            for author in authors:
                for book in author.books:
                    ask(book)  # LLM208
    """,
    "two loops, one of them a comprehension": """
        def run(authors):
            for author in authors:
                replies = [ask(book) for book in author.books]  # LLM208
            return replies
    """,
    "two clauses": """
        def run(authors):
            return [ask(book) for author in authors for book in author.books]  # LLM208
    """,
    "one loop in a function that another calls": """
        def summarise(author):
            for book in author.books:
                ask(book)  # LLM209
        def run(authors):
            for author in authors:
                summarise(author)  # LLM208
    """,
    "one loop": """
        def run(books):
            for book in books:
                ask(book)  # LLM209
    """,
    "bounded loops": """
        KINDS = ("short", "long")
        def run(books):
            for kind in KINDS:
                for book in books[:5]:
                    ask(book + kind)
            for number in range(3):
                ask(str(number))
            for book in sorted(["a", "b"]):
                ask(book)
    """,
    "a bounded loop in an open one": """
        def run(books):
            for book in books:
                for kind in ("short", "long"):
                    ask(book + kind)  # LLM209
    """,
    "a retry in a loop": """
        def run(books):
            for book in books:
                for attempt in range(3):
                    try:
                        ask(book)  # LLM209
                        break
                    except Exception:
                        pass
    """,
    "a function defined in a loop": """
        def run(books):
            found = []
            for book in books:
                def later():
                    return ask("hi")
                found.append(later)
            return found
    """,
    "else": """
        def run(books):
            for book in books:
                print(book)
            else:
                ask("all of them")
    """,
    "the iterable": """
        def run(text):
            for line in ask(text).output_text.splitlines():
                print(line)
    """,
    "a recursion, whose loop counts once": """
        def walk(node):
            for child in node.children:
                ask(child.text)  # LLM209
                walk(child)  # LLM209
    """,
    "a recursion through another function, whose loops count once": """
        def one(step):
            ask(step.text)
            after(step)
        def after(step):
            for follower in step.followers:
                one(follower)  # LLM209
        def first(step):
            for follower in step.ready:
                one(follower)  # LLM209
        def branches(step):
            for follower in step.branches:
                both(follower)  # LLM209
        def both(step):
            ask(step.text)
            branches(step)
            for follower in step.followers:
                both(follower)  # LLM209
    """,
    "a loop that ends with the call": """
        def first(blocks):
            for block in blocks:
                if block.kind == "tool":
                    return ask(block)
        def last(blocks):
            for block in blocks:
                if block.kind == "tool":
                    reply = ask(block)
                    break
            return reply
        def any_model(models):
            for model in models:
                try:
                    reply = ask(model)
                except Exception:
                    continue
                else:
                    return reply
        def either(models):
            for model in models:
                if ask(model):  # LLM209
                    return model
                print("not this one")
    """,
    "functions that are handed over": """
        import functools
        import inspect
        class Tools:
            def draw(self, text):
                return ask(text)
            def register(self, app, names):
                for name in names:
                    app.on(name, self.draw)
                    app.on(name, lambda text: self.draw(text))
                    print(inspect.signature(self.draw), functools.partial(self.draw, name))
                    self.draw(name)  # LLM209
    """,
    "a flag that is off": """
        class Tool:
            def __init__(self, function, describe=False):
                self.function = function
                if describe:
                    self.text = ask(function)
        def run(functions):
            return [Tool(function) for function in functions]
        def described(functions):
            return [Tool(function, describe=True) for function in functions]  # LLM209
        def perhaps(functions, **options):
            return [Tool(function, **options) for function in functions]  # LLM209
    """,
    "the parts of a reply": """
        def run(text):
            for chunk in client.responses.create(input=text, stream=True):
                if chunk.type == "tool":
                    ask(chunk)
            for choice in ask(text).choices:
                ask(choice.message)
            for question in ask(text).output_text.splitlines():
                ask(question)  # LLM209
    """,
    "a number that ends the loop": """
        def run(books):
            done = 0
            for book in books:
                ask(book)
                done += 1
                if done >= 10:
                    break
        def by_index(books):
            for index, book in enumerate(books):
                if index >= 10:
                    break
                ask(book)
        def the_first_is_special(books):
            for index, book in enumerate(books):
                if index == 0:
                    continue
                ask(book)  # LLM209
        def refuse(books):
            if len(books) > 20:
                raise ValueError("too many")
            for book in books:
                ask(book)
    """,
    "the sizes of things": """
        WORDS = {"a": "x", "b": "y"}
        def run(books):
            for key, value in WORDS.items():
                ask(key + value)
            for number in range(len(WORDS)):
                ask(str(number))
            for number in range(len(books)):
                ask(books[number])  # LLM209
            for number in range(0, len(books), 10):
                ask(books[number : number + 10])
    """,
    "collections that are filled in loops": """
        def chosen(books):
            found = []
            for book in books:
                if book.is_new:
                    found.append(book)
            return found
        def first(books):
            found = []
            for book in books[:3]:
                found.append({"title": book.title})
            return found
        def by_author(books):
            found = {}
            for book in books:
                found[book.author] = book
            return found
        def run(books):
            for book in chosen(books):
                ask(book)  # LLM209
            for book in first(books):
                ask(book)
            for part in ["title", "text"]:
                ask(part)
            for author, book in by_author(books).items():
                ask(author + book)  # LLM209
    """,
    "collections that are made of themselves": """
        class Bot:
            def __init__(self):
                self.words = []
            def add(self, words):
                self.words += words
                self.words = list(reversed(self.words))
            def run(self):
                for word in self.words:
                    ask(word)  # LLM209
    """,
    "a list that a function makes of what it gives itself": """
        def shelf(books):
            found = []
            for book in shelf(books.left):
                found.append(book)
            return found
        def run(books):
            for book in shelf(books):
                ask(book)  # LLM209
    """,
    "batches": """
        def batches(books):
            for number in range(0, len(books), 10):
                yield books[number : number + 10]
        def run(books):
            for batch in batches(books):
                ask(batch)
            for batch in batches(books):
                for book in batch:
                    ask(book)  # LLM209
    """,
    "batches behind a progress bar": """
        import tqdm
        from more_itertools import batched
        from tqdm.auto import tqdm as bar
        def run(books):
            for batch in bar(batched(books, 32)):
                ask(batch)
            for number in tqdm.tqdm(range(0, len(books), 10)):
                ask(books[number : number + 10])
            for book in bar(books):
                ask(book)  # LLM209
    """,
    "what a function cuts off": """
        import random
        def lines(count):
            found = []
            for line in ask("write some lines").output_text.splitlines():
                found.append(line)
            return found[:count]
        def all_lines():
            found = []
            for line in ask("write some lines").output_text.splitlines():
                found.append(line)
            return found
        def run(count, books):
            for line in lines(count):
                ask(line)
            for line in all_lines():
                ask(line)  # LLM209
            for book in random.sample(books, count):
                ask(book)
    """,
    "what is made of something bounded": """
        import asyncio
        async def shorten(text):
            return text[:100]
        async def run(books):
            found = await asyncio.gather(*[shorten(book) for book in books[:3]])
            found = [text for text in found if text]
            for text in found:
                ask(text)
            found = await asyncio.gather(*[shorten(book) for book in books])
            found = [text for text in found if text]
            for text in found:
                ask(text)  # LLM209
        def added(books):
            found = []
            for book in books[:3]:
                found += [book.title]
            for title in found:
                ask(title)
        def added_up(books):
            found = []
            for book in books:
                found += [book.title]
            for title in found:
                ask(title)  # LLM209
        def pairs(authors):
            for title in [book.title for author in authors[:3] for book in author.books]:
                ask(title)  # LLM209
    """,
    "comprehensions that are made of themselves": """
        class Shelf:
            def __init__(self):
                self.books = []
            def clean(self):
                self.books = [book for book in self.books if book.is_new]
            def grow(self):
                self.books = self.books + [book.sequel for book in self.books]
            def run(self):
                for book in self.books:
                    ask(book)  # LLM209
    """,
    "what the first round makes": """
        def run(books):
            summary = rules = None
            for book in books:
                if not summary:
                    summary = ask("what all of them share")
                if rules is None:
                    rules = ask("what to look for")
                if book.is_new:
                    text = ask(book)  # LLM209
                print(summary, rules)
        def each(books):
            summary = None
            for book in books:
                if not summary:
                    summary = ask(book)  # LLM209
                if book.is_last:
                    summary = None
    """,
    "others that are tried until one works": """
        def run(pages):
            text = None
            for page in pages:
                try:
                    text = ask(page)
                    if text:
                        break
                except Exception as error:
                    print(error)
            return text
        def by_function(pages):
            for page in pages:
                try:
                    text = ask(page)
                except Exception as error:
                    continue
                if not is_empty(text):
                    return text
        def each(pages):
            for page in pages:
                try:
                    text = ask(page)  # LLM209
                    if not text:
                        raise ValueError("empty")
                except Exception as error:
                    print(error)
        def until_empty(pages):
            for page in pages:
                try:
                    text = ask(page)  # LLM209
                except Exception as error:
                    continue
                if not text:
                    break
        def scores(pages):
            for page in pages:
                try:
                    if ask(page).output_text == "good":  # LLM209
                        break
                except Exception as error:
                    print(error)
    """,
    "a feature that is off unless somebody switches it on": """
        class Memory:
            index = None
            def switch_on(self):
                self.index = Index()
            def add(self, text):
                if self.index:
                    self.index.embed(text)
            def store(self, texts):
                for text in texts:
                    self.add(text)
        class Index:
            def __init__(self):
                self.text = None
            def embed(self, text):
                return ask(text)
            def load(self, path):
                self.text = open(path).read()
                if self.text:
                    ask(self.text)
            def load_all(self, paths):
                for path in paths:
                    self.load(path)  # LLM209
        def keep(texts):
            index = Index()
            for text in texts:
                index.embed(text)  # LLM209
    """,
    "a function that is kept among others": """
        def search(text):
            return ask(text)
        def look_up(text):
            return ask(text)
        class Tool:
            def __init__(self, run):
                self.run = run
        class Tools:
            def __init__(self, name):
                self.tool = Tool(search) if name else Tool(look_up)
            def handle(self, texts):
                for text in texts:
                    self.tool.run(text)
        class Searcher:
            def __init__(self):
                self.search = search
            def handle(self, texts):
                for text in texts:
                    self.search(text)  # LLM209
    """,
    "batches that are cut, and progress bars": """
        from itertools import islice
        from tqdm.auto import tqdm
        def cut(texts, size):
            rest = iter(texts)
            while batch := list(islice(rest, size)):
                yield batch
        def filled(texts, size):
            batch = []
            for text in texts:
                batch.append(text)
                if len(batch) == size:
                    yield batch
                    batch = []
            yield batch
        def run(texts, size):
            batches = [texts[at : at + size] for at in range(0, len(texts), size)]
            for batch in tqdm(batches) if size else batches:
                ask(batch)
            for batch in cut(texts, size):
                ask(batch)
            for batch in filled(texts, size):
                ask(batch)
            for text in tqdm(texts[:20]):
                ask(text)
            for text in tqdm(texts):
                ask(text)  # LLM209
            for short in [text[:20] for text in texts]:
                ask(short)  # LLM209
    """,
    "a mode that is another one": """
        def plan(parts):
            for part in parts:
                ask(part)  # LLM209
        def act(text, parts=None, mode="act", *, batch=None):
            if mode == "plan":
                return plan(parts)
            if batch is not None:
                return plan(batch)
            return ask(text)
        def run(books):
            for book in books:
                act(book)  # LLM209
            for book in books:
                act(book, book.parts, "plan")  # LLM208
            for book in books:
                act(book, batch=book.parts)  # LLM208
            for book in books:
                act(book, mode=book.mode)  # LLM209
            for book in books:
                act(book, mode="act")  # LLM209
        def load(book, pages):
            if book.text:
                ask(book.text)
            elif book.pages:
                plan(book.pages)
        def loaded(books):
            for book in books:
                load(book, [])  # LLM209
        def name(strategy="auto", parts=()):
            if strategy == "auto":
                strategy = "model" if parts else "random"
            if strategy == "random":
                return "x"
            elif strategy == "model":
                return ask(parts)
        def named(books):
            for book in books:
                name("random")
    """,
    "a value that may be any of many functions": """
        def keep(function=None):
            return function
        def first(): return 1
        def second(): return 2
        def third(): return 3
        def fourth(): return 4
        def fifth(): return 5
        for function in (first, second, third, fourth, fifth):
            keep(first), keep(second), keep(third), keep(fourth), keep(fifth), keep(client.responses.create)
        class Metric:
            def __init__(self, name):
                self.name = name
                ready = keep()
                ready(name)
        def run(names):
            return [Metric(name) for name in names]
    """,
    "a method that some classes fill in with a model": """
        from abc import ABC, abstractmethod
        class Parser(ABC):
            @abstractmethod
            def parse(self, page): ...
        class Plain(Parser):
            def parse(self, page):
                return page.text
        class Clever(Parser):
            def parse(self, page):
                return ask(page.picture)
        def run(parser: Parser, pages):
            return [parser.parse(page) for page in pages]
    """,
}


@pytest.mark.parametrize("program", NESTINGS.values(), ids=NESTINGS)
def test_nested_loops(program: str, tmp_path: Path) -> None:
    assert_marked(tmp_path, program, "LLM208", "LLM209", prelude=PRELUDE)
