"""The account page says which browser on which system, not what the browser sends."""

from __future__ import annotations

import pytest

from hengjian.ground.people import devices

WEBKIT = "Mozilla/5.0 ({}) AppleWebKit/537.36 (KHTML, like Gecko) {}"


@pytest.mark.parametrize(
    ("agent", "told"),
    [
        (WEBKIT.format("Windows NT 10.0; Win64; x64", "Chrome/130.0.0.0 Safari/537.36"), "Chrome · Windows"),
        (WEBKIT.format("Windows NT 10.0; Win64; x64", "Chrome/130.0.0.0 Safari/537.36 Edg/130.0"), "Edge · Windows"),
        (WEBKIT.format("Macintosh; Intel Mac OS X 10_15_7", "Version/17.0 Safari/605.1.15"), "Safari · macOS"),
        (WEBKIT.format("iPhone; CPU iPhone OS 17_0 like Mac OS X", "Version/17.0 Mobile/15E148 Safari/604.1"), "Safari · iPhone"),
        (WEBKIT.format("Linux; Android 14; V2", "Chrome/116.0 Mobile Safari/537.36 MicroMessenger/8.0"), "微信 · Android"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", "Firefox · Linux"),
        ("probe", "未知设备"),
        ("", "未知设备"),
    ],
)
def test_a_browser_is_told_by_its_name_and_its_system(agent, told):
    assert devices.told(agent) == told
