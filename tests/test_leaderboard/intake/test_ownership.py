"""Protects entries against being taken over: claim codes, look-alike names, private entries, what owners may do."""

import json

import pytest
from sqlalchemy import select
from typer.testing import CliRunner

from dataset.errors import InvalidInputError, NotAllowedError, UnknownNameError
from leaderboard.__main__ import app
from leaderboard.intake.card import SystemCard, read_card
from leaderboard.intake.names import look_alike
from leaderboard.intake.ownership import change_card, new_claim, publish, withdraw
from leaderboard.intake.submissions import submit
from leaderboard.storage.schema import AuditEvent, Submission, System
from leaderboard.storage.tokens import OPERATOR, PAGE, Actor, claim_actor

VISITOR = Actor(PAGE, 100)


def send(store, path, name="Page system A", actor=VISITOR, **options):
    return submit(store, path, "photos", SystemCard(name=name, **options.pop("facts", {})), actor=actor, **options)


def row(store, identity):
    with store.reading() as session:
        submission = session.get_one(Submission, identity)
        return submission, submission.system


def log_text(store):
    with store.reading() as session:
        return json.dumps([[event.subject, event.details] for event in session.scalars(select(AuditEvent))])


def test_nobody_takes_over_what_came_without_a_login(store, prediction_file):
    first = send(store, prediction_file("a thing"), facts={"paper": "https://example.org/paper"})
    assert first.claim_code.startswith("claim_")
    assert first.claim_code not in log_text(store)
    attack = {"facts": {"description": "Withdrawn.", "paper": "https://attacker.example/"}}
    for stranger in (VISITOR, claim_actor(store.settings, "claim_" + "x" * 32), Actor("token:abc", 5)):
        with pytest.raises(NotAllowedError, match="claim code, token or login"):
            send(store, prediction_file("another thing"), "page SYSTEM a", stranger, **attack)
        with pytest.raises(NotAllowedError):
            change_card(store, 1, {"paper": "https://attacker.example/"}, stranger)
        with pytest.raises(NotAllowedError):
            withdraw(store, first.submission_id, stranger)
    assert row(store, first.submission_id)[1].paper == "https://example.org/paper"


def test_the_holder_of_the_code_replaces_changes_withdraws_and_shows_again(store, prediction_file):
    first = send(store, prediction_file("a thing"))
    owner = claim_actor(store.settings, f" {first.claim_code}\n")
    second = send(store, prediction_file("another thing"), actor=owner)
    assert second.created
    assert second.claim_code == ""
    assert change_card(store, 1, {"paper": "https://example.org/p", "hardware": "1x H100"}, owner).hardware == "1x H100"
    assert change_card(store, 1, {"hardware": ""}, owner).paper == "https://example.org/p"
    assert row(store, second.submission_id)[1].hardware == ""
    assert withdraw(store, second.submission_id, owner, "a bug")
    assert row(store, second.submission_id)[0].visibility == "withdrawn"
    assert not withdraw(store, second.submission_id, owner)
    assert publish(store, second.submission_id, owner)
    assert row(store, second.submission_id)[0].visibility == "public"
    with pytest.raises(InvalidInputError, match="name: there is no such field"):
        change_card(store, 1, {"name": "Other"}, owner)
    with pytest.raises(InvalidInputError, match="paper"):
        change_card(store, 1, {"paper": "ftp://x"}, owner)


def test_a_private_entry_is_known_to_its_owner_alone_until_it_is_published(store, prediction_file):
    facts = {"description": "our next secret model"}
    receipt = send(store, prediction_file(), "Secret model", private=True, facts=facts)
    owner = claim_actor(store.settings, receipt.claim_code)
    change_card(store, 1, {"paper": "https://example.org/secret"}, owner)
    assert "ecret" not in log_text(store)
    with pytest.raises(UnknownNameError):
        publish(store, receipt.submission_id, VISITOR)
    assert publish(store, receipt.submission_id, owner)
    assert "Secret model" in log_text(store)


def test_what_the_operator_hid_its_owner_cannot_show(sqlite_store, prediction_file):
    from leaderboard.admin.moderation import hide

    receipt = send(sqlite_store, prediction_file())
    hide(sqlite_store, receipt.submission_id, "a copy")
    with pytest.raises(NotAllowedError, match="operator"):
        publish(sqlite_store, receipt.submission_id, claim_actor(sqlite_store.settings, receipt.claim_code))


def test_a_lost_code_is_replaced_by_the_operator_and_the_former_one_ends(sqlite_store, prediction_file):
    store = sqlite_store
    first = send(store, prediction_file())
    code = new_claim(store, "Page system A")
    with pytest.raises(NotAllowedError):
        change_card(store, 1, {"hardware": "x"}, claim_actor(store.settings, first.claim_code))
    assert change_card(store, 1, {"hardware": "x"}, claim_actor(store.settings, code)).hardware == "x"
    with store.reading() as session:
        assert code not in session.scalars(select(System.owner)).one()


def test_entries_of_former_versions_that_belong_to_all_visitors_belong_to_none(sqlite_store, prediction_file):
    send(sqlite_store, prediction_file("a thing"), actor=OPERATOR)
    with sqlite_store.session() as session:
        session.scalars(select(System)).one().owner = PAGE
    with pytest.raises(NotAllowedError):
        send(sqlite_store, prediction_file("another thing"))
    with pytest.raises(NotAllowedError):
        change_card(sqlite_store, 1, {"hardware": "x"}, VISITOR)


@pytest.mark.parametrize(
    "name",
    [
        "ureca-n\u0430no",
        "ureca\u2013nano",
        "ureca\u2014nano",
        "ureca\u2212nano",
        "\u03c5reca-nano",
        "ur\u0435\u0441a-nan\u043e",
        "ureca-nan0",
    ],
    ids=ascii,
)
def test_names_that_only_look_the_same_are_refused_and_name_the_other(sqlite_store, prediction_file, name):
    send(sqlite_store, prediction_file("a thing"), "ureca-nano", OPERATOR)
    for actor in (VISITOR, OPERATOR):
        with pytest.raises(NotAllowedError, match="looks like 'ureca-nano'"):
            send(sqlite_store, prediction_file("another thing"), name, actor)


def test_names_that_can_be_told_apart_are_fine():
    names = ["ureca-nano", "GPT-4", "\u0423\u0440\u0435\u043a\u0430", "Mod\u00e8le"]
    assert [look_alike(name, names) for name in ("ureca-mini", "ureca nano", "GPT-5", "Modele", "\u6a21\u578b")] == [
        None
    ] * 5
    assert look_alike("URECA-Nano", names) is None  # a spelling of the same name, which its owner may use


@pytest.mark.parametrize(
    "address",
    [
        "https://user:pass@example.org",
        "https://user@example.org/x",
        "https://example.org%0d%0aX",
        "https://example.org/%00",
        "https://",
        "https:///x",
        "https://example.org:port/",
    ],
)
def test_links_with_credentials_control_characters_or_no_host_are_refused(address):
    with pytest.raises(InvalidInputError, match="paper"):
        read_card({"name": "S", "paper": address})
    assert read_card({"name": "S", "paper": "https://example.org:8443/a%20b?q=%41#c@d"})


def test_captions_that_cannot_be_shown_are_refused_with_all_their_places(sqlite_store, prediction_file, regions):
    ids = [region.region_id for region in regions[:3]]
    path = prediction_file(
        **{ids[0]: "red \u202e car", ids[1]: "a\0b", ids[2]: "fine \u200d \u0627\u0644\u0643\u0631\u0629\n"}
    )
    with pytest.raises(InvalidInputError) as caught:
        send(sqlite_store, path)
    assert len(caught.value.problems) == 2
    assert caught.value.problems[0].startswith(f"{ids[0]}: character 4")


def test_owners_edit_withdraw_and_publish_from_the_command_line(sqlite_store, prediction_file, monkeypatch):
    """Protects: the claim code is enough, a wrong one is refused, and nothing else changes."""
    sqlite_store.prepare()
    receipt = send(sqlite_store, prediction_file(), facts={"paper": "https://example.org/p"})
    monkeypatch.setenv("URECA_LEADERBOARD_DATA_DIR", str(sqlite_store.folder))
    monkeypatch.setenv("URECA_LEADERBOARD_BOARDS", json.dumps({"photos": {"config": "photos"}}))
    monkeypatch.delenv("DATABASE_URL", raising=False)

    def command(name, *words, token=receipt.claim_code):
        return CliRunner().invoke(app, [name, receipt.submission_id, *words, "--token", token])

    assert "hardware: 1x H100" in command("edit", "--hardware", "1x H100").output
    assert row(sqlite_store, receipt.submission_id)[1].paper == "https://example.org/p"
    stranger = command("withdraw", token="claim_" + "x" * 32)
    assert (stranger.exit_code, "somebody else" in stranger.output) == (2, True)
    assert command("edit").exit_code == 2
    assert "is off its board" in command("withdraw", "--reason", "a bug").output
    assert "was already off" in command("withdraw").output
    assert row(sqlite_store, receipt.submission_id)[0].hidden_reason == "a bug"
    assert "is on its board" in command("publish").output
    assert row(sqlite_store, receipt.submission_id)[0].visibility == "public"
