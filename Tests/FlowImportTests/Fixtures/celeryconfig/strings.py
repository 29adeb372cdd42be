# Strings that YAML would take for something else.
task_annotations = {
    'yes': 'no', 'null': 'Null', '~': '', ' lead': 'trail ', 'a: b': 'c #d', '12:30': '2026-10-01', '1_000': '0x1F',
    '-': '- x', '?': '? y', '&a': '*b', '!tag': '%dir', '@at': '`tick`', '{': '}', '[': ']', '<<': '=',
    "quote's": 'say "hi"', 'back\slash': r'raw\n', 'tab\t': 'bell\a', 'nul\0': '\x7f', 'nel\u0085': '\u2028\ufeff',
    'é': '日本', '\U0001F680': u'rocket', 'multi': """one
two \
joined
""", 'crlf': 'a\r\nb', 'octal': '\101\60', 'true': 'y', '.inf': '1e3', 'numbers': [1e16, 1e-7, 1.5, -0.0, .5, 5.],
    'lists': [[1, [2, 3]], [], [{}], [{'a': [1], 'b': {'c': 2}}]], 'url': 'redis://:p%40ss@host:6379/0?a=b',
}
worker_log_format = 'at %s on %d%%' % ('dawn', 3)
