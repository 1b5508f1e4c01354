"""What a program of ../kill has told of its notes, and what is left of them."""


def acknowledged(told: list[str]) -> set[int]:
    return {int(line.split()[1]) for line in told if line.startswith('note ')}


def problem_of(connection, told: list[str]) -> str:
    """What is wrong with the file, or nothing."""
    verdict = connection.execute('pragma integrity_check').fetchone()[0]
    if verdict != 'ok':
        return f'integrity_check: {verdict}'
    stored = {number for (number,) in connection.execute('select number from notes')}
    lost = acknowledged(told) - stored
    return f'acknowledged notes {sorted(lost)} are lost' if lost else ''
