"""Which sizes a picture is served in: one ladder for both stores, and where each is used."""

WIDTHS = (96, 192, 320, 640, 720, 960, 1280, 1920)  # pixels; beside the one crop nothing else can be asked for
SOCIAL = (1200, 630)  # pixels; what other sites show of a post: the largest that Open Graph's readers take whole

PRESETS: dict[str, tuple[tuple[int, ...], str]] = {
    # name: widths that the browser may choose from, and how wide the picture is shown (`sizes`)
    "avatar": ((96, 192), "48px"),
    "thumb": ((192, 320, 640), "(width < 40rem) 6rem, 10rem"),
    # 720: phones of two dots to a pixel, and the text's own width
    "lead": ((320, 640, 720, 960, 1280), "(width < 50rem) calc(100vw - 2rem), 40rem"),
    "body": ((320, 720, 960, 1280), "(width < 44rem) calc(100vw - 2rem), 42rem"),
    "hero": ((720, 960, 1280, 1920), "(width < 56rem) calc(100vw - 2rem), 54rem"),
    "preview": ((320, 640), "19rem"),
}
PLACED = {"thumb", "lead", "body", "hero"}  # whose place a tiny copy holds until the picture is there
FOCUS_STEP = 10  # percent: static/css/components/picture.css has a rule for each
