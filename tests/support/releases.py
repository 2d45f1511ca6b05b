"""Real Windows base image releases, a few months of them: what the catalogues of the tests are made of.

Release date, label, OS version, KB, out of band. The numbers are Microsoft's (update histories and the
registry's own tags); 17763.1040 and its siblings of 2020-02-18 existed as container images only.
"""

from collections import namedtuple

Release = namedtuple("Release", "date label version kb out_of_band")

RELEASES = [
    Release("2019-11-12", "2019-11B", "10.0.14393.3326", "KB4525236", False),
    Release("2019-11-12", "2019-11B", "10.0.17763.864", "KB4523205", False),
    Release("2019-12-10", "2019-12B", "10.0.14393.3384", "KB4530689", False),
    Release("2019-12-10", "2019-12B", "10.0.17763.914", "KB4530715", False),
    Release("2020-01-14", "2020-01B", "10.0.14393.3443", "KB4534271", False),
    Release("2020-01-14", "2020-01B", "10.0.17763.973", "KB4534273", False),
    Release("2020-02-11", "2020-02B", "10.0.14393.3504", "KB4537764", False),
    Release("2020-02-11", "2020-02B", "10.0.17763.1039", "KB4532691", False),
    Release("2020-02-18", "2020-02B", "10.0.14393.3506", "KB4546850", True),
    Release("2020-02-18", "2020-02B", "10.0.17763.1040", "KB4546852", True),
    Release("2020-03-10", "2020-03B", "10.0.14393.3568", "KB4551573", False),
    Release("2020-03-10", "2020-03B", "10.0.17763.1098", "KB4538461", False),
    Release("2022-01-11", "2022-01B", "10.0.14393.4886", "KB5009546", False),
    Release("2022-01-11", "2022-01B", "10.0.17763.2452", "KB5009557", False),
    Release("2022-01-11", "2022-01B", "10.0.20348.469", "KB5009555", False),
    Release("2022-01-17", "2022-01 OOB", "10.0.14393.4889", "KB5010790", True),
    Release("2022-01-17", "2022-01 OOB", "10.0.20348.473", "KB5010796", True),
    Release("2022-01-18", "2022-01 OOB", "10.0.17763.2458", "KB5010791", True),
    Release("2022-04-12", "2022-04B", "10.0.14393.5066", "KB5012596", False),
    Release("2022-04-12", "2022-04B", "10.0.17763.2803", "KB5012647", False),
    Release("2022-04-12", "2022-04B", "10.0.20348.643", "KB5012604", False),
    Release("2022-05-10", "2022-05B", "10.0.14393.5125", "KB5013952", False),
    Release("2022-05-10", "2022-05B", "10.0.17763.2928", "KB5013941", False),
    Release("2022-05-10", "2022-05B", "10.0.20348.707", "KB5013944", False),
    Release("2023-06-13", "2023-06B", "10.0.14393.5989", "KB5027219", False),
    Release("2023-06-13", "2023-06B", "10.0.17763.4499", "KB5027222", False),
    Release("2023-06-13", "2023-06B", "10.0.20348.1787", "KB5027225", False),
    Release("2024-11-12", "2024-11B", "10.0.14393.7515", "KB5046612", False),
    Release("2024-11-12", "2024-11B", "10.0.17763.6532", "KB5046615", False),
    Release("2024-11-12", "2024-11B", "10.0.20348.2849", "KB5046616", False),
    Release("2024-11-12", "2024-11B", "10.0.26100.2314", "KB5046617", False),
    Release("2024-12-10", "2024-12B", "10.0.14393.7606", "KB5048671", False),
    Release("2024-12-10", "2024-12B", "10.0.17763.6659", "KB5048661", False),
    Release("2024-12-10", "2024-12B", "10.0.20348.2966", "KB5048654", False),
    Release("2024-12-10", "2024-12B", "10.0.26100.2605", "KB5048667", False),
    Release("2025-03-11", "2025-03B", "10.0.14393.7876", "KB5053594", False),
    Release("2025-03-11", "2025-03B", "10.0.17763.7009", "KB5053596", False),
    Release("2025-03-11", "2025-03B", "10.0.20348.3328", "KB5053603", False),
    Release("2025-03-11", "2025-03B", "10.0.26100.3476", "KB5053598", False),
    Release("2025-04-08", "2025-04B", "10.0.14393.7969", "KB5055521", False),
    Release("2025-04-08", "2025-04B", "10.0.17763.7136", "KB5055519", False),
    Release("2025-04-08", "2025-04B", "10.0.20348.3453", "KB5055526", False),
    Release("2025-04-08", "2025-04B", "10.0.26100.3775", "KB5055523", False),
    Release("2025-04-16", "2025-04 OOB", "10.0.17763.7249", "KB5059091", True),
    Release("2025-04-16", "2025-04 OOB", "10.0.20348.3566", "KB5059092", True),
    Release("2025-04-16", "2025-04 OOB", "10.0.26100.3781", "KB5059087", True),
    Release("2026-07-14", "2026-07B", "10.0.14393.9339", "KB5099535", False),
    Release("2026-07-14", "2026-07B", "10.0.17763.9020", "KB5099538", False),
    Release("2026-07-14", "2026-07B", "10.0.20348.5386", "KB5099540", False),
    Release("2026-07-14", "2026-07B", "10.0.26100.33158", "KB5099536", False),
    Release("2026-08-11", "2026-08B", "10.0.14393.9418", "KB5120418", False),
    Release("2026-08-11", "2026-08B", "10.0.17763.9121", "KB5120238", False),
    Release("2026-08-11", "2026-08B", "10.0.20348.5499", "KB5120242", False),
    Release("2026-08-11", "2026-08B", "10.0.26100.33296", "KB5120233", False),
    Release("2026-09-08", "2026-09B", "10.0.20348.5622", "KB5122882", False),
    Release("2026-09-08", "2026-09B", "10.0.26100.33438", "KB5122871", False),
]

# Floating tags per build and repository. servercore has both names of 2019 and 2016; nanoserver left the
# long-term line with 1709 (no image of build 14393 but the old sac2016).
FLOATING = {
    "windows/servercore": {
        "14393": ["ltsc2016", "1607"],
        "17763": ["ltsc2019", "1809"],
        "20348": ["ltsc2022"],
        "26100": ["ltsc2025"],
    },
    "windows/nanoserver": {
        "14393": ["sac2016"],
        "17763": ["1809", "ltsc2019"],
        "20348": ["ltsc2022"],
        "26100": ["ltsc2025"],
    },
}

# What stands before -KB in a KB tag: the version's name for the old products, the floating tag for the new.
KB_PREFIX = {
    "14393": "1607",
    "16299": "1709",
    "17134": "1803",
    "17763": "1809",
    "18362": "1903",
    "18363": "1909",
    "19041": "2004",
    "19042": "20H2",
    "20348": "ltsc2022",
    "26100": "ltsc2025",
}

LOCALES = [
    "cs-cz", "de-de", "es-es", "fr-fr", "hu-hu", "it-it", "ja-jp", "ko-kr", "nl-nl",
    "pl-pl", "pt-br", "pt-pt", "ru-ru", "sv-se", "tr-tr", "zh-cn", "zh-tw",
]


def build_of(version):
    """The build number of an OS version: 10.0.17763.1040 is of build 17763."""
    return version.split(".")[2]
