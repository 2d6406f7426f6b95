"""Which sizes a picture is served in: one ladder of widths for both stores, and where each is used."""

WIDTHS = (96, 192, 320, 640, 960, 1280, 1920)  # pixels; nothing else can be asked for

PRESETS: dict[str, tuple[tuple[int, ...], str]] = {
    # name: widths that the browser may choose from, and how wide the picture is shown (`sizes`)
    "avatar": ((96, 192), "48px"),
    "thumb": ((192, 320, 640), "(width < 40rem) 6rem, 10rem"),
    "lead": ((320, 640, 960, 1280), "(width < 50rem) 100vw, 40rem"),
    "hero": ((640, 960, 1280, 1920), "(width < 56rem) 100vw, 54rem"),
    "preview": ((320, 640), "19rem"),
}
