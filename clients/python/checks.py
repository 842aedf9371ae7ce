"""Calls of the package `openai` for Python. `python checks.py NAME` runs one and fails unless its answer is right."""

import os
import sys

from openai import NotFoundError, OpenAI
from pydantic import BaseModel

client = OpenAI(
    base_url=os.environ["EDGEWISE_URL"] + "/v1", api_key=os.environ["EDGEWISE_API_KEY"]
)
STORE = os.environ["EDGEWISE_STORE"]
QUESTION = "How many days of annual leave do employees have?"
FOLLOW_UP = "How much notice must employees give before annual leave?"
TOOLS = [{"type": "file_search", "vector_store_ids": [STORE]}]


class Duration(BaseModel):
    years: list[float]
    sure: bool


def assert_cited(response, words="30 days"):
    assert words in response.output_text, response.output_text
    message = next(item for item in response.output if item.type == "message")
    assert message.content[0].annotations[0].type == "file_citation"


def responses_create():
    for model in ["extractive-1", "scripted"]:
        first = client.responses.create(model=model, input=QUESTION, tools=TOOLS)
        assert_cited(first)
        second = client.responses.create(
            model=model, input=FOLLOW_UP, tools=TOOLS, previous_response_id=first.id
        )
        assert_cited(second, "two weeks")


def responses_stream():
    with client.responses.stream(model="extractive-1", input=QUESTION, tools=TOOLS) as stream:
        text = "".join(
            event.delta for event in stream if event.type == "response.output_text.delta"
        )
        assert "30 days" in text
        assert_cited(stream.get_final_response())


def responses_parse():
    response = client.responses.parse(
        model="scripted", input="How many years? #json", text_format=Duration
    )
    assert response.output_parsed == Duration(years=[1], sure=True)


def conversations():
    conversation = client.conversations.create()
    client.responses.create(
        model="extractive-1", input=QUESTION, tools=TOOLS, conversation=conversation.id
    )
    second = client.responses.create(
        model="extractive-1", input=FOLLOW_UP, tools=TOOLS, conversation=conversation.id
    )
    assert_cited(second, "two weeks")
    assert len(list(client.conversations.items.list(conversation.id, limit=2))) >= 4


def chat_completions():
    for model in ["extractive-1", "scripted"]:
        made = client.chat.completions.create(
            model=model,
            messages=[{"role": "user", "content": QUESTION}],
            extra_body={"file_search": {"vector_store_ids": [STORE]}},
        )
        assert "30 days" in made.choices[0].message.content


def chat_completions_stream():
    stream = client.chat.completions.create(
        model="extractive-1",
        messages=[{"role": "user", "content": QUESTION}],
        extra_body={"file_search": {"vector_store_ids": [STORE]}},
        stream=True,
    )
    text = "".join(chunk.choices[0].delta.content or "" for chunk in stream if chunk.choices)
    assert "30 days" in text


def vector_stores():
    store = client.vector_stores.create(name="notes")
    file = client.vector_stores.files.upload_and_poll(
        vector_store_id=store.id, file=("note.md", b"The harbour opens at six.")
    )
    assert file.status == "completed", file.last_error
    found = client.vector_stores.search(store.id, query="When does the harbour open?")
    assert "six" in found.data[0].content[0].text
    assert client.files.content(file.id).read().startswith(b"The harbour")
    client.vector_stores.delete(store.id)
    client.files.delete(file.id)
    try:
        client.files.retrieve(file.id)
    except NotFoundError:
        return
    raise AssertionError("The file is still there.")


def embeddings():
    made = client.embeddings.create(model="hash-1", input=["a", "b"])
    assert len(made.data) == 2
    assert any(model.id == "extractive-1" for model in client.models.list())


CHECKS = {
    "responses.create": responses_create,
    "responses.stream": responses_stream,
    "responses.parse": responses_parse,
    "conversations": conversations,
    "chat.completions.create": chat_completions,
    "chat.completions.create(stream=True)": chat_completions_stream,
    "vector_stores, files": vector_stores,
    "embeddings, models": embeddings,
}

CHECKS[sys.argv[1]]()
