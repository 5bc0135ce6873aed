"""Where cookie and crumb are kept."""

from pricing.upstream.handshake import Handshake, HandshakeStore, InMemory


def test_memory_gives_back_what_was_stored_until_told_to_forget() -> None:
    store: HandshakeStore = InMemory()
    agreed = Handshake("A3=cookie", "crumb")

    store.store(agreed)

    assert store.lookup() == agreed
    store.store(None)
    assert store.lookup() is None
