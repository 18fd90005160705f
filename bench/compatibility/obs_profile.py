"""Writes what OBS keeps in its configuration directory: a profile that streams to our server and a
scene with a colour, so that it can start streaming without anybody at the screen.

usage: obs_profile.py HOME RTMP_URL STREAM_KEY
"""

import json
import sys
from pathlib import Path

GLOBAL = """[General]
FirstRun=true
EnableAutoUpdates=false
InfoIncrement=99
LastVersion=486539266

[Basic]
Profile=bench
ProfileDir=bench
SceneCollection=bench
SceneCollectionFile=bench

[BasicWindow]
WarnBeforeStartingStream=false
WarnBeforeStoppingStream=false
"""

BASIC = """[General]
Name=bench

[Video]
BaseCX=1280
BaseCY=720
OutputCX=1280
OutputCY=720
FPSType=0
FPSCommon=30

[Output]
Mode=Simple

[SimpleOutput]
VBitrate=2000
ABitrate=128
StreamEncoder=x264
Preset=ultrafast

[Audio]
SampleRate=48000
ChannelSetup=Stereo
"""

SCENES = {
    "name": "bench",
    "current_scene": "Scene",
    "current_program_scene": "Scene",
    "scene_order": [{"name": "Scene"}],
    "sources": [
        {
            "id": "color_source",
            "versioned_id": "color_source_v3",
            "name": "Colour",
            "settings": {"color": 0xFFB38F0B, "width": 1280, "height": 720},
        },
        {
            "id": "scene",
            "versioned_id": "scene",
            "name": "Scene",
            "settings": {"id_counter": 1, "items": [{"name": "Colour", "id": 1, "visible": True}]},
        },
    ],
}


def main(home: str, url: str, key: str) -> None:
    studio = Path(home, ".config/obs-studio")
    profile = studio / "basic/profiles/bench"
    scenes = studio / "basic/scenes"
    for directory in (profile, scenes):
        directory.mkdir(parents=True, exist_ok=True)
    service = {"type": "rtmp_custom", "settings": {"server": url, "key": key, "use_auth": False}}
    (studio / "global.ini").write_text(GLOBAL)
    (profile / "basic.ini").write_text(BASIC)
    (profile / "service.json").write_text(json.dumps(service))
    (scenes / "bench.json").write_text(json.dumps(SCENES))


main(*sys.argv[1:])
