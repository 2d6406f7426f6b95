"""Values of ?next= that lead away from the site, or nowhere, and some that do not."""

UNSAFE = (
    "//evil.example",
    "///evil.example",
    "////evil.example/x",
    r"/\evil.example",
    r"\\evil.example",
    "https:evil.example",
    "https:/evil.example",
    "http:///evil.example",
    "https://evil.example/",
    "https://testserver@evil.example/",
    "https://testserver.evil.example/",
    "javascript:alert(1)",
    "JavaScript://testserver/%0aalert(1)",
    "data:text/html,x",
    "\x08//evil.example",
    "/\t/evil.example",
    "\r\n//evil.example",
    "ftp://testserver/",
    "/" + "a" * 3000,
)
SAFE = ("/posts/new/", "/posts/a-post/?page=2#end", "/%2f%2fevil.example")
