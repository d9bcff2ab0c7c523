"""M4xx: archives, which are hostile until they were looked at."""

from typing import Final

from toolbox_cli.content.faults.fault import Example, Fault


def _archive(text: str) -> tuple[Example, ...]:
    """Describe an archive, an entry a line."""
    return (Example({"entries.txt": text}, "archives"),)


FAULTS: Final = (
    Fault(
        "M401",
        "The archive can't be read",
        "It is cut off, damaged, or no zip or tar file at all.",
        "Send it again; open it with another program to see whether it is whole.",
        _archive("imsmanifest.xml\n(and cut off)\n"),
    ),
    Fault(
        "M402",
        "A name leads out of the archive",
        "Whoever unpacks it would write, or overwrite, a file somewhere else.",
        "Make the archive again from a folder of its own; nobody makes such names by mistake.",
        _archive("imsmanifest.xml\n../../.bashrc\n"),
    ),
    Fault(
        "M403",
        "An entry is a link, or no file",
        "A link can name any file of the computer that reads it.",
        "Put the file itself in its place.",
        _archive("imsmanifest.xml\ndoor.html -> /etc/passwd\n"),
    ),
    Fault(
        "M404",
        "A name can't be told from others, or is none",
        "Two names are one file on some systems, and one would overwrite the other; or a name has signs that files "
        "can't have.",
        "Rename one of them.",
        _archive("imsmanifest.xml\ndoor.html\nDoor.html\n"),
    ),
    Fault(
        "M405",
        "The archive holds too much",
        "It has too many entries, too large ones, or some that unpack to hundreds of times their size.",
        "Leave out what is no lesson, such as raw video, or part the package.",
        _archive("imsmanifest.xml\ndoor.html of 9000000 signs that are all the same\n"),
    ),
    Fault(
        "M406",
        "An entry is packed in a way that is not read",
        "It is encrypted, compressed in another way than deflate, or shares its bytes with other entries.",
        "Make the archive again with a usual program, and without a password.",
        _archive("imsmanifest.xml\ndoor.html packed by bzip2\n"),
    ),
)
