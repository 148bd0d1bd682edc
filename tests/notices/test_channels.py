"""channels.yml: every fault by its line, addresses never shown."""

from pathlib import Path

import pytest

from tasks.notify_channels import load_channels
from yuebao.programme.load import DefinitionError
from yuebao.programme.models import Programme

HEAD = "channels:\n  群: json://${HOST}/${KEY}\n"


def faults(tmp_path: Path, programme: Programme, text: str, **environment: str) -> str:
    file = tmp_path / "channels.yml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(DefinitionError) as error:
        load_channels(file, programme, environment, dry_folder=tmp_path)
    return str(error.value)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("channels:\n  群: 12\n", "channels.yml:2: “群”应为文字"),
        ("channels:\n  群: sekret-not-a-url\n", "channels.yml:2: 通道“群”的地址不是 Apprise 认识"),
        (HEAD + "everyone: [群, 邮箱]\n", "channels.yml:3: 没有名为“邮箱”的通道"),
        (HEAD + "units:\n  月亮镇: [群]\n", "channels.yml:4: 没有“月亮镇”这个报送单位"),
        (HEAD + "everybody: [群]\n", "channels.yml:3: 不认识的键“everybody”"),
        (HEAD + "data_team: 群\n", "channels.yml:3: “data_team”应为列表"),
        ("everyone: []\n", "channels.yml:1: 缺少“channels”"),
        ("channels: {\n", "YAML 语法错误"),
    ],
)
def test_a_fault_is_told_by_its_line(
    tmp_path: Path, programme: Programme, text: str, told: str
) -> None:
    found = faults(tmp_path, programme, text, HOST="127.0.0.1:9", KEY="sekret")
    assert told in found
    assert "sekret" not in found


def test_a_variable_that_is_not_set_is_named(tmp_path: Path, programme: Programme) -> None:
    assert faults(tmp_path, programme, HEAD, HOST="127.0.0.1:9") == (
        "channels.yml:2: 通道“群”要用的环境变量没有设：KEY"
    )


def test_who_is_told_where(tmp_path: Path, programme: Programme) -> None:
    file = tmp_path / "channels.yml"
    routes = "data_team: [群]\neveryone: [群]\nunits:\n  共和镇: [文件]\n"
    file.write_text(HEAD + routes, encoding="utf-8")
    environment = {"HOST": "127.0.0.1:9", "KEY": "sekret"}
    channels = load_channels(file, programme, environment, dry_folder=tmp_path)
    assert channels.of("") == ("群",)
    assert channels.of(programme.unit_named("共和镇").code) == ("文件",)
    assert channels.of(programme.unit_named("安乐乡").code) == ("群",)
    assert "sekret" not in repr(channels)


def test_without_the_file_all_is_dry(tmp_path: Path, programme: Programme) -> None:
    channels = load_channels(tmp_path / "channels.yml", programme, {}, dry_folder=tmp_path)
    assert channels.of(programme.unit_named("共和镇").code) == ("文件",)
