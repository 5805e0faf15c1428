import hashlib
import json

from prepare import EXAMPLES, built_version, pack, prepare, replace, train


def test_train_shares_words_among_rooms():
    model = train(EXAMPLES)
    assert model["rooms"] == ["bedroom", "kitchen", "office"]
    assert model["weights"]["oven"] == [0, 1, 0]
    assert model["weights"]["lamp"] == [0.5, 0, 0.5]


def test_pack_is_compact():
    assert pack({"weights": {"ab": [1, 0.5]}}) == b"RMS1\x00\x01\x02ab\xff\x80"


def test_prepare_writes_a_model_that_its_manifest_describes(tmp_path):
    returned = prepare(str(tmp_path))
    manifest = json.loads((tmp_path / "manifest.json").read_text())
    data = (tmp_path / manifest["model"]).read_bytes()
    assert manifest == returned
    assert (len(data), hashlib.sha256(data).hexdigest()) == (manifest["bytes"], manifest["sha256"])
    assert manifest["made_by"] == built_version()


def test_prepare_again_gives_the_same_bytes(tmp_path):
    first = prepare(str(tmp_path))
    assert prepare(str(tmp_path)) == first
    assert sorted(path.name for path in tmp_path.iterdir()) == ["manifest.json", "rooms.bin"]


def test_replace_overwrites(tmp_path):
    (tmp_path / "file").write_bytes(b"a longer old text")
    replace(str(tmp_path / "file"), b"new")
    assert (tmp_path / "file").read_bytes() == b"new"


def test_the_version_is_one_word():
    assert built_version().isalnum()
