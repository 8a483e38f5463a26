"""The words for people: roles, places, states, browsers."""

from __future__ import annotations

from impact.accounts.people import PersonState
from impact.accounts.tables import Membership, Role, TokenScope
from impact.language import Voice, mark
from impact.registry.role_places import RolePlaces

EVERYTHING = "everything"
ROLES = {
    Role.VIEWER: mark("Viewer"),
    Role.ANALYST: mark("Analyst"),
    Role.MANAGER: mark("Manager"),
    Role.ADMINISTRATOR: mark("Administrator"),
}
DUTIES = {
    Role.VIEWER: mark("Sees projects and subscribes to reports."),
    Role.ANALYST: mark("Enters and corrects values as well."),
    Role.MANAGER: mark("Plans, approves values and decides on flags as well."),
    Role.ADMINISTRATOR: mark("Looks after people and settings as well."),
}
STATES = {
    PersonState.ACTIVE: (mark("Can sign in"), ""),
    PersonState.INVITED: (mark("Has not signed in yet"), ""),
    PersonState.DISABLED: (mark("Is shut out"), "worse"),
}
SCOPES = {
    TokenScope.READ: mark("Read only"),
    TokenScope.WRITE: mark("Read and write"),
}
# The first that stands in what a browser calls itself; those that pose as others come first.
BROWSERS = (
    ("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrom", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
SYSTEMS = (
    ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"),
    ("Mac OS", "macOS"), ("CrOS", "ChromeOS"), ("Linux", "Linux"),
)  # fmt: skip


def state_words(state: PersonState, voice: Voice) -> tuple[str, str]:
    """Whether somebody can sign in, in words, and whether that is worse."""
    words, meaning = STATES[state]
    return voice.gettext(words), meaning


def role_choices(voice: Voice) -> list[tuple[str, str]]:
    """The roles to choose from, each with what it adds."""
    return [(role.value, f"{voice.gettext(ROLES[role])} – {voice.gettext(DUTIES[role])}") for role in Role]


def place_choices(places: RolePlaces, voice: Voice) -> list[tuple[str, str]]:
    """The places to choose from: everything, each organisation, each project."""
    organisation, project = voice.gettext("Organisation"), voice.gettext("Project")
    return [
        (EVERYTHING, voice.gettext("Everything")),
        *((f"organisation:{id_}", f"{organisation}: {name}") for id_, name in places.organisations.items()),
        *((f"project:{id_}", f"{project}: {voice.pick(*name)}") for id_, name in places.projects.items()),
    ]


def membership_words(membership: Membership, places: RolePlaces, voice: Voice) -> tuple[str, str]:
    """A role, and the place that it is for."""
    place = voice.gettext("Everything")
    if membership.organisation_id is not None:
        place = places.organisations.get(membership.organisation_id, voice.gettext("withdrawn"))
    elif membership.project_id is not None:
        titles = places.projects.get(membership.project_id)
        place = voice.pick(*titles) if titles else voice.gettext("withdrawn")
    return voice.gettext(ROLES[membership.role]), place


def device_words(user_agent: str, voice: Voice) -> str:
    """The browser and the machine of a sign-in, as far as the browser says."""
    browser = next((name for sign, name in BROWSERS if sign in user_agent), "")
    system = next((name for sign, name in SYSTEMS if sign in user_agent), "")
    if browser and system:
        return voice.gettext("%(browser)s on %(system)s", browser=browser, system=system)
    return browser or system or voice.gettext("Unknown browser")
