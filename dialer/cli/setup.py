"""Commands for whoever installs and looks after the program."""

from __future__ import annotations

from pathlib import Path

import click

from dialer.actions.doctor import examine
from dialer.actions.finding import Finding
from dialer.actions.init_folder import init_folder
from dialer.cli.base import FAILED, answer, configured, json_option, options, program
from dialer.clock import SystemClock
from dialer.core.desk import Role
from dialer.core.errors import BadInput
from dialer.core.phone import is_e164
from dialer.storage import desks
from dialer.storage.backup import backup as back_up
from dialer.storage.database import Database


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@json_option
def init(*, folder: Path, as_json: bool) -> None:
    """Write config.toml, an empty database and a sample claims file into FOLDER."""
    made = init_folder(folder, today=SystemClock().now().date())
    text = "\n".join(f"  {path}" for path in made)
    answer(
        {"files": [str(p) for p in made]},
        f"Written:\n{text}\nNext: edit config.toml, then run `dialer doctor`.",
        as_json=as_json,
    )


@click.group()
def db() -> None:
    """Look after the database."""


@db.command()
@options
def upgrade(*, config_file: Path, as_json: bool) -> None:
    """Bring the database to this version's schema."""
    database = Database(configured(config_file).database.url.get_secret_value())
    try:
        database.upgrade()
    finally:
        database.close()
    answer({"upgraded": True}, "The database is at this version's schema.", as_json=as_json)


@db.command()
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="FILE to write; a new one.")
@options
def backup(*, out: Path, config_file: Path, as_json: bool) -> None:
    """Copy the SQLite database while it is in use, and check the copy. PostgreSQL: see docs/operations.md."""
    database = Database(configured(config_file).database.url.get_secret_value())
    try:
        size = back_up(database, out)
    finally:
        database.close()
    answer({"path": str(out), "bytes": size}, f"{size} bytes: {out}", as_json=as_json)


@click.command()
@options
def doctor(*, config_file: Path, as_json: bool) -> int:
    """Check configuration, database, Twilio, public address, caller IDs: what is wrong and how to mend it."""
    findings = examine(configured(config_file))
    answer([f.as_dict() for f in findings], "\n".join(_line(f) for f in findings), as_json=as_json)
    return 0 if all(f.good for f in findings) else FAILED


def _line(finding: Finding) -> str:
    mark = "ok   " if finding.good else "WRONG"
    return f"{mark} {finding.what}: {finding.text}"


def _telephone(_ctx: click.Context, _param: click.Parameter, number: str | None) -> str | None:
    if number is not None and not is_e164(number):
        raise click.BadParameter(f'"{number}" is not a number in E.164 form like +493023125900')
    return number


@click.group()
def user() -> None:
    """Who works here: telephones and roles."""


ROLE = click.Choice([role.value for role in Role])


@user.command()
@click.argument("name")
@click.option("--phone", callback=_telephone, help="Telephone of the collector's desk, E.164 like +493023125900.")
@click.option("--role", type=ROLE, default=Role.COLLECTOR.value, show_default=True, help="What the user may do.")
@options
def add(*, name: str, phone: str | None, role: str, config_file: Path, as_json: bool) -> None:
    """Add a user, or give one that was disabled access again, in this role."""
    name = name.strip()
    if not name:
        raise BadInput("a user needs a name")
    may = Role(role)
    with program(config_file).db.write() as tx:
        added = desks.add_user(tx, name=name, phone=phone, role=may)
        if not added and not desks.enable_user(tx, name=name, phone=phone, role=may):
            raise BadInput(f"there is a user {name} already")
    answer({"added": name}, f"Added {name}.", as_json=as_json)


@user.command(name="role")
@click.argument("name")
@click.argument("role", type=ROLE)
@options
def change_role(*, name: str, role: str, config_file: Path, as_json: bool) -> None:
    """Change what a user may do; overrides that were made stay in force until they end or are withdrawn."""
    with program(config_file).db.write() as tx:
        if not desks.set_role(tx, name, Role(role)):
            raise BadInput(f"there is no active user {name}")
    answer({"name": name, "role": role}, f"{name} has the role {role}.", as_json=as_json)


@user.command()
@click.argument("name")
@options
def disable(*, name: str, config_file: Path, as_json: bool) -> None:
    """Take a user's access away; what he did stays in the log."""
    with program(config_file).db.write() as tx:
        if not desks.disable_user(tx, name):
            raise BadInput(f"there is no active user {name}")
    answer({"disabled": name}, f"Disabled {name}.", as_json=as_json)


@user.command(name="list")
@options
def list_users(*, config_file: Path, as_json: bool) -> None:
    """List the users with their roles."""
    with program(config_file).db.read() as tx:
        rows = [
            {"name": u.name, "role": u.role, "has_phone": bool(u.phone), "active": u.active}
            for u in desks.all_users(tx)
        ]
    text = "\n".join(f"{r['name']} ({r['role']}{'' if r['active'] else ', disabled'})" for r in rows)
    answer(rows, text or "No users yet.", as_json=as_json)


COMMANDS = (init, db, doctor, user)
