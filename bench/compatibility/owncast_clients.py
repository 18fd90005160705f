"""Drives clients that were made for Owncast against a running server, and says what each call gave.

    pip install owlbot owncast-agent          (owlbot asks for Python 3.12)
    python bench/compatibility/owncast_clients.py http://127.0.0.1:8080 ADMIN_PASSWORD

What a feature that is switched off refuses is listed as such, and is no failure. The exit code is 1
when a call gave something else than is expected of it. It changes the server's settings.
"""

import asyncio
import importlib.util
import sys
import types

if sys.version_info < (3, 12):
    # What is around the clients is written in newer Python; the clients themselves are not.
    for package in ["owlbot", "owlbot.api", "owncast_agent"]:
        bare = types.ModuleType(package)
        root = importlib.util.find_spec("requests").submodule_search_locations[0]
        bare.__path__ = [f"{root}/../{package.replace('.', '/')}"]
        sys.modules[package] = bare
    errors = types.ModuleType("agent_connector_sdk.exceptions")
    errors.ApiError = type("ApiError", (Exception,), {})
    errors.AuthError = type("AuthError", (Exception,), {})
    sys.modules["agent_connector_sdk"] = types.ModuleType("agent_connector_sdk")
    sys.modules["agent_connector_sdk.exceptions"] = errors

# ruff: noqa: E402
from owlbot.api.http_client import HttpClient
from owlbot.api.owncast_admin_client import (
    ExternalAction,
    OwncastAdminClient,
    SocialHandle,
    StreamKey,
    VideoVariant,
)
from owlbot.api.owncast_client import OwncastClient
from owncast_agent.api_client import OwncastApi

ICON = "data:image/x-icon;base64,AAABAAEAAQ=="
PIXEL = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGP4z8DwHwAFAAH/"
    "iZk9HQAAAABJRU5ErkJggg=="
)
DRAWING = "data:image/svg+xml;base64,PHN2ZyB4bWxucz0iaHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmciLz4="
SCOPES = ["CAN_SEND_SYSTEM_MESSAGES", "CAN_SEND_MESSAGES", "HAS_ADMIN_ACCESS"]

results: list[tuple[str, str]] = []


async def ask(name, call, refused=False):
    """One call; `refused` says that the feature is off here, or that nothing is there to act on."""
    try:
        answer = call() if callable(call) else call
        answer = await answer if asyncio.iscoroutine(answer) else answer
        verdict = "unexpected success" if refused else "ok"
    except Exception as error:  # Each client has errors of its own.
        answer = None
        status = getattr(error, "status", type(error).__name__)
        verdict = f"refused ({status})" if refused else f"FAILED {status}: {error}"
    results.append((name, verdict))
    return answer


async def owlbot_admin(admin):
    for name in [
        "get_status", "get_server_config", "get_active_viewers", "get_hardware_stats",
        "get_connected_chat_clients", "get_chat_messages", "get_disabled_users",
        "get_ip_address_bans", "get_moderators", "get_logs", "get_warnings", "get_followers",
        "get_pending_follow_requests", "get_blocked_followers", "get_webhooks",
        "get_access_tokens", "reset_yp_registration", "get_playback_metrics",
        "get_prometheus_metrics", "post_prometheus", "put_prometheus", "delete_prometheus",
        "get_federated_actions", "reset_favicon",
    ]:
        await ask(f"admin.{name}", getattr(admin, name))
    keys = [StreamKey("first-key-of-two", "Mine"), StreamKey("second-key-of-two", "Yours")]
    variants = [VideoVariant("High", 1500, 128, 0, 720, 30, 2)]
    for name, value in [
        ("set_stream_keys", keys), ("set_page_content", "# Us"), ("set_stream_title", "Birds"),
        ("set_server_name", "Town"), ("set_server_summary", "A town"),
        ("set_offline_message", "later"), ("set_welcome_message", "hello"),
        ("set_forbidden_usernames", ["root"]), ("set_suggested_usernames", ["ada"]),
        ("set_video_codec", "libx264"), ("set_stream_latency", 3), ("set_video_variants", variants),
        ("set_color_variables", {"theme-color": "#123"}), ("set_logo", DRAWING),
        ("set_favicon", ICON), ("set_tags", ["birds"]), ("set_ffmpeg_path", "/usr/bin/ffmpeg"),
        ("set_web_server_port", 8080), ("set_web_server_ip", "0.0.0.0"), ("set_rtmp_port", 1935),
        ("set_socket_host_override", ""), ("set_video_serving_endpoint", ""),
        ("set_social_handles", [SocialHandle("mastodon", "https://a.example/@b")]),
        ("set_server_url", "https://live.example.org"),
        ("set_external_actions", [ExternalAction("https://a.example", "A")]),
        ("set_custom_styles", "body{}"), ("set_custom_javascript", ""),
        ("set_federation_username", "bird"), ("set_federation_go_live_message", "on"),
        ("set_federation_blocked_domains", ["bad.example"]), ("ban_ip_address", "203.0.113.9"),
        ("unban_ip_address", "203.0.113.9"), ("get_viewers_over_time", 0),
    ]:
        await ask(f"admin.{name}", lambda name=name, value=value: getattr(admin, name)(value))
    for name, arguments in [
        ("set_chat_disabled", {"disabled": False}),
        ("set_chat_join_messages_enabled", {"enabled": True}),
        ("set_chat_established_mode", {"enabled": False}),
        ("set_chat_spam_protection", {"enabled": True}),
        ("set_chat_slur_filter", {"enabled": False}),
        ("set_chat_require_authentication", {"required": False}),
        ("set_nsfw", {"nsfw": False}), ("set_directory_enabled", {"enabled": False}),
        ("set_hide_viewer_count", {"hide": False}),
        ("set_disable_search_indexing", {"disabled": False}),
        ("set_federation_enabled", {"enabled": False}),
        ("set_federation_activity_private", {"private": False}),
        ("set_federation_show_engagement", {"enabled": True}),
    ]:
        await ask(f"admin.{name}", lambda n=name, a=arguments: getattr(admin, n)(**a))
    hook = "https://93.184.216.34/hook"
    await ask("admin.create_webhook", lambda: admin.create_webhook(hook, ["CHAT"]))
    made = await admin.get_webhooks()
    await ask("admin.delete_webhook", lambda: admin.delete_webhook(made[-1]["id"]))
    await ask("admin.create_access_token", lambda: admin.create_access_token("Gone", SCOPES))
    gone = (await admin.get_access_tokens())[-1]["accessToken"]
    await ask("admin.delete_access_token", lambda: admin.delete_access_token(gone))
    await ask("admin.disconnect_stream", admin.disconnect_stream, refused=True)
    await ask("admin.upload_emoji", lambda: admin.upload_emoji("pixel.png", PIXEL))
    await ask("admin.upload_emoji (again)", lambda: admin.upload_emoji("pixel.png", PIXEL), True)
    await ask("admin.delete_emoji", lambda: admin.delete_emoji("pixel.png"))
    await ask("admin.delete_emoji (again)", lambda: admin.delete_emoji("pixel.png"), refused=True)
    follower = lambda: admin.approve_follower("https://a.example/u", approved=True)
    await ask("admin.approve_follower", follower, refused=True)
    await ask("admin.send_federated_message", lambda: admin.send_federated_message("hi"), True)


async def owlbot_program(bot, admin):
    for name in ["send_system_message", "send_message", "send_action", "set_stream_title"]:
        await ask(f"bot.{name}", lambda name=name: getattr(bot, name)("hello"))
    for name in ["get_status", "get_chat_history", "get_connected_clients"]:
        await ask(f"bot.{name}", getattr(bot, name))
    history = await bot.get_chat_history()
    message = next(it for it in history if it["type"] == "CHAT")
    for visible in [False, True]:
        set_visible = lambda v=visible: bot.set_message_visibility([message["id"]], visible=v)
        await ask(f"bot.set_message_visibility({visible})", set_visible)
    await ask("bot.get_user_details", lambda: bot.get_user_details(message["user"]["id"]))
    private = lambda: bot.send_system_message_to_client(1, "hello")
    await ask("bot.send_system_message_to_client", private, refused=True)
    await ask("bot.send_user_message", bot.send_user_message, refused=True)
    for enabled in [False, True]:
        set_enabled = lambda e=enabled: admin.set_user_enabled(message["user"]["id"], enabled=e)
        await ask(f"admin.set_user_enabled({enabled})", set_enabled)
    guest = lambda: admin.set_user_moderator(message["user"]["id"], is_mod=True)
    await ask("admin.set_user_moderator (a program)", guest, refused=True)


async def agent(api):
    for name in [
        "get_status", "ping", "get_web_config", "get_all_social_platforms",
        "get_video_stream_output_variants", "get_custom_emoji_list", "get_followers",
        "external_get_status", "external_get_chat_messages",
        "external_get_connected_chat_clients",
    ]:
        await ask(f"agent.{name}", getattr(api, name))
    for name, body in [
        ("send_system_message", {"body": "hi"}), ("send_integration_chat_message", {"body": "hi"}),
        ("send_chat_action", {"body": "hi"}), ("external_set_stream_title", {"value": "Birds"}),
        ("report_playback_metrics", {"bandwidth": 5e6, "latency": 4, "errors": 0}),
    ]:
        await ask(f"agent.{name}", lambda n=name, b=body: getattr(api, n)(b))
    guest = await ask("agent.register_anonymous_chat_user", api.register_anonymous_chat_user)
    history = lambda: api.get_chat_messages(guest["accessToken"])
    await ask("agent.get_chat_messages", history)
    await outside(api, guest)
    # It shows a program's token where Owncast asks for the admin's password.
    await ask("agent.status_admin", api.status_admin, refused=True)


async def outside(api, guest):
    """What neither client calls: a guest who is made a moderator, keeps order and is forgotten."""
    import requests

    base, (url, password) = api.base_url.removesuffix("/api"), sys.argv[1:3]
    assert base == url.rstrip("/")
    admin, token = ("admin", password), guest["accessToken"]

    def call(method, path, status=200, **more):
        answer = requests.request(method, f"{base}{path}", timeout=10, allow_redirects=False, **more)
        assert answer.status_code == status, f"{answer.status_code}: {answer.text[:200]}"
        return answer

    hide = {"idArray": [], "visible": False}
    keeps = f"/api/chat/messagevisibility?accessToken={token}"
    grant = {"userId": guest["id"], "isModerator": True}
    for name, ways in [
        ("moderator (not yet)", ("POST", keeps, 401, {"json": hide})),
        ("setmoderator", ("POST", "/api/admin/chat/users/setmoderator", 200, {"json": grant, "auth": admin})),
        ("moderator (an empty list)", ("POST", keeps, 400, {"json": hide})),
        ("users", ("GET", "/api/admin/users?status=all&limit=5", 200, {"auth": admin})),
        ("users/delete", ("POST", "/api/admin/users/delete", 200, {"json": {"userId": guest["id"]}, "auth": admin})),
        ("chat (forgotten)", ("GET", f"/api/chat?accessToken={token}", 401, {})),
        ("embed/chat", ("GET", "/embed/chat", 307, {})),
        ("media player", ("GET", "/", 307, {"headers": {"user-agent": "VLC/3.0.18"}})),
        ("customjavascript", ("GET", "/customjavascript", 200, {})),
        ("favicon.ico", ("GET", "/favicon.ico", 200, {})),
        ("robots.txt", ("GET", "/robots.txt", 200, {})),
    ]:
        method, path, status, more = ways
        await ask(f"http.{name}", lambda m=method, p=path, s=status, o=more: call(m, p, s, **o))


async def main(url, password):
    http = HttpClient()
    await http._start()
    admin = OwncastAdminClient(url, "admin", password, http)
    await owlbot_admin(admin)
    await admin.create_access_token("Bot", SCOPES)
    token = (await admin.get_access_tokens())[-1]["accessToken"]
    await owlbot_program(OwncastClient(url, token, http), admin)
    await agent(OwncastApi(base_url=f"{url}/api", token=token))
    await http._close()
    for name, verdict in results:
        print(f"{name:45} {verdict}")
    bad = [it for it in results if it[1].startswith(("FAILED", "unexpected"))]
    print(f"{len(results) - len(bad)} of {len(results)} as expected")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main(sys.argv[1].rstrip("/"), sys.argv[2])))
