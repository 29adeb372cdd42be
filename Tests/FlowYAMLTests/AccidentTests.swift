import FlowDiagnostics
import FlowYAML
import Testing

/// What people get wrong: a text with `»` before the blamed token, and what is said about it.
struct Accident: Sendable, CustomTestStringConvertible {
    let text: String
    let place: Int
    let message: String

    var testDescription: String { text }

    init(_ marked: String, _ message: String) {
        let parts = marked.split(separator: "»", omittingEmptySubsequences: false)
        text = parts.joined()
        place = parts[0].utf8.count
        self.message = message
    }

    static let all: [Accident] = [
        Accident(
            "schedule:\n  crontab: »* 3 * * *\nsteps: []\n", "an unquoted '*' begins an alias; put the value in quotes"),
        Accident("schedule:\n  - »* * * * *\n", "an unquoted '*' begins an alias; put the value in quotes"),
        Accident("schedule:\n  crontab: »*/5 * * * *\n", "an unquoted '*' begins an alias; put the value in quotes"),
        Accident("a:\n  - {crontab: »* 3 * * *, b: c}\n", "an unquoted '*' begins an alias; put the value in quotes"),
        Accident("a: [»* * * * *]\n", "an unquoted '*' begins an alias; put the value in quotes"),
        Accident("a: »*\n", "an unquoted '*' begins an alias; put the value in quotes"),
        Accident("a: »&\nb: c\n", "an unquoted '&' begins an anchor; put the value in quotes"),
        Accident("a: »& b\n", "an unquoted '&' begins an anchor; put the value in quotes"),
        Accident("a: »&& b\n", "an unquoted '&' begins an anchor; put the value in quotes"),
        Accident("run: »&& make\n", "an unquoted '&' begins an anchor; put the value in quotes"),
        Accident(
            "steps:\n  - {id: a, args: [»${{ x }}]}\n", "an expression inside '[' or '{' needs quotes: \"${{ … }}\""),
        Accident(
            "steps:\n  - {id: a, args: [b, »${{ x }}, c]}\n",
            "an expression inside '[' or '{' needs quotes: \"${{ … }}\""),
        Accident(
            "steps:\n  - {id: a, when: »${{ x }}}\n", "an expression inside '[' or '{' needs quotes: \"${{ … }}\""),
        Accident(
            "steps:\n  - {id: a, when: »${{ x }}, b: c}\n", "an expression inside '[' or '{' needs quotes: \"${{ … }}\""
        ),
        Accident(
            "steps:\n  - {id: a, run: echo »${{ x }}, b: c}\n",
            "an expression inside '[' or '{' needs quotes: \"${{ … }}\""),
        Accident(
            "steps:\n  - id: a\n    args: [\n      »${{ x }}\n    ]\n",
            "an expression inside '[' or '{' needs quotes: \"${{ … }}\""),
        Accident(
            "steps:\n  - id: a\n    args: [»${{ steps.a.result[0] }}]\n",
            "an expression inside '[' or '{' needs quotes: \"${{ … }}\""),
        Accident(
            "steps:\n  - id: a\n    args: [»${{ x.y }}, ${{ z }}]\n",
            "an expression inside '[' or '{' needs quotes: \"${{ … }}\""),
        Accident(
            "steps:\n  - id: build\n    run: »\"echo hello\n  - id: test\n    run: make test\n",
            "this quote is never closed"),
        Accident(
            "steps:\n  - id: build\n    run: »\"echo hello\n  - id: test\n    run: \"make test\"\n",
            "this quote is not closed on its line"),
        Accident(
            "steps:\n  - id: build\n    run: »\"echo hello\n  - id: test\n    run: \"make test\"\n  - id: x\n    run: \"make y\"\n",
            "this quote is not closed on its line"),
        Accident(
            "steps:\n  - id: build\n    run: »'echo hello\n  - id: test\n    run: 'make test'\n",
            "this quote is not closed on its line"),
        Accident(
            "steps:\n  - id: build\n    run: 'it»'s me'\n",
            "this quote ends the text, and more follows; inside single quotes it is written ''"),
        Accident(
            "steps:\n  - {id: »\"build, run: \"make\"}\n  - {id: test, run: \"make\"}\n",
            "this quote is not closed on its line"),
        Accident("name: »\"x\nsteps:\n  - run: echo\n", "this quote is never closed"),
        Accident(
            "steps:\n  - run: \"echo »\"hello\"\"\n",
            "this quote ends the text, and more follows; inside double quotes it is written \\\""),
        Accident("steps:\n  - run: |\n»echo hello\n    id: a\n", "text under '|' must be indented deeper than its key"),
        Accident(
            "steps:\n  - run: |\n    »echo hello\n    id: a\n", "text under '|' must be indented deeper than its key"),
        Accident(
            "steps:\n  - id: a\n    run: |\n    »make all\n    make test\n",
            "text under '|' must be indented deeper than its key"),
        Accident("steps:\n  - id: a\n    run: |\n  »make all\n", "text under '|' must be indented deeper than its key"),
        Accident("run: |\n»make all\n", "text under '|' must be indented deeper than its key"),
        Accident(
            "on_exit:\n  run: |\n    make\n   »make test\n", "text under '|' must be indented as deep as its first line"
        ),
        Accident(
            "steps:\n  - id: a\n    run: |\n      make all\n    »make test\n    needs: [b]\n",
            "text under '|' must be indented deeper than its key"),
        Accident("steps:\n  - id: a\n    »run:make\n    needs: [b]\n", "a space is missing after 'run:'"),
        Accident("steps:\n  - id: a\n    needs: b\n    »run:make\n", "a space is missing after 'run:'"),
        Accident("steps:\n  - id: a\n    »run:make\n", "a space is missing after 'run:'"),
        Accident("»name:foo\nsteps: []\n", "a space is missing after 'name:'"),
        Accident("steps: []\n»name:foo\n", "a space is missing after 'name:'"),
        Accident("steps:\n  - »id:a\n    run: make\n", "a space is missing after 'id:'"),
        Accident("steps:\n  - id: a\n»\trun: make\n", "a tab cannot indent YAML; use spaces"),
        Accident("steps:\n»\t- id: a\n", "a tab cannot indent YAML; use spaces"),
        Accident("steps:\n  - id: a\n  »\trun: make\n", "a tab cannot indent YAML; use spaces"),
        Accident("steps:\n  - id:\ta\n    run: b\n»\tc: d\n", "a tab cannot indent YAML; use spaces"),
        Accident("a:\n  b: c\n »\td: e\n", "a tab cannot indent YAML; use spaces"),
        Accident(
            "steps:\n  - run: echo a»: b\n",
            "a second ': ' on one line; put the value in quotes, or the key on a line of its own"),
        Accident(
            "steps:\n  - run: echo a»: b\n    id: x\n",
            "a second ': ' on one line; put the value in quotes, or the key on a line of its own"),
        Accident(
            "name: a»: b: c\n", "a second ': ' on one line; put the value in quotes, or the key on a line of its own"),
        Accident(
            "steps:\n  - {id: a, run: echo a»: b}\n",
            "a second ': ' in one entry; put the value in quotes or a ',' between"),
        Accident(
            "a: b\n »c: d\n", "this key stands at column 2 and fits nothing above; the one before stands at column 1"),
        Accident(
            "description: this»: is\n  more\n",
            "a second ': ' on one line; put the value in quotes, or the key on a line of its own"),
        Accident(
            "steps:\n  - id: a\n    when: »!steps.x.result\n",
            "'!' begins a YAML tag, and '!steps.x.result' has no meaning here; put the value in quotes"),
        Accident("when: »!(a && b)\n", "'!' begins a YAML tag; put the value in quotes"),
        Accident("when: »!${{ x }}\n", "'!' begins a YAML tag; put the value in quotes"),
        Accident("when: »!a && !b\n", "'!' begins a YAML tag; put the value in quotes"),
        Accident("when: »!a!b\n", "'!' begins a YAML tag; put the value in quotes"),
        Accident(
            "»%YAML\na: b\n", "a '%' at the start of a line begins a YAML directive; indent it or put it in quotes"),
        Accident(
            "»%foo bar\na: b\n", "a '%' at the start of a line begins a YAML directive; indent it or put it in quotes"),
        Accident(
            "a: b\n»%c: d\n", "a '%' at the start of a line begins a YAML directive; indent it or put it in quotes"),
        Accident("a: »%b\n", "'%' cannot begin a value; put it in quotes"),
        Accident("a: »@b\n", "'@' cannot begin a value; put it in quotes"),
        Accident("a: »`b`\n", "'`' cannot begin a value; put it in quotes"),
        Accident("- »@b\n", "'@' cannot begin a value; put it in quotes"),
        Accident("- »`date`\n", "'`' cannot begin a value; put it in quotes"),
        Accident("»@a: b\n", "'@' cannot begin a value; put it in quotes"),
        Accident("{a: »@b}\n", "'@' cannot begin a value; put it in quotes"),
        Accident("steps:\n  - build\n  »-test\n", "a space is missing after '-'"),
        Accident("steps:\n  - id: a\n  »-id: b\n", "a space is missing after '-'"),
        Accident(
            "steps:\n  - id: a\n    run: b\n   »needs: [c]\n",
            "this key stands at column 4 and fits nothing above; the one before stands at column 5"),
        Accident(
            "steps:\n  - id: a\n     »run: b\n",
            "this key stands at column 6 and fits nothing above; the one before stands at column 5"),
        Accident(
            "steps:\n  - id: a\n    run: b\n      »needs: c\n",
            "this key stands at column 7 and fits nothing above; the one before stands at column 5"),
        Accident(
            "steps:\n  - id: a\n »- id: b\n",
            "this item stands at column 2 and fits nothing above; the one before stands at column 3"),
        Accident(
            "steps:\n  - id: a\n    »- id: b\n",
            "this item stands at column 5 and fits nothing above; the one before stands at column 3"),
        Accident(
            "steps:\n  - id: a\n   »- id: b\n",
            "this item stands at column 4 and fits nothing above; the one before stands at column 3"),
        Accident(
            "  a: b\n»c: d\n", "this key stands at column 1 and fits nothing above; the one before stands at column 3"),
        Accident(
            "a: b\n  »c: d\n", "this key stands at column 3 and fits nothing above; the one before stands at column 1"),
        Accident(
            "a:\n    b: c\n  »d: e\n",
            "this key stands at column 3 and fits nothing above; the one before stands at column 5"),
        Accident("a: »[b, c\nd: e\n", "this '[' is never closed"),
        Accident("a: »[b, c\n", "this '[' is never closed"),
        Accident("a: »{b: c\nd: e\n", "this '{' is never closed"),
        Accident("a: {b: c, d: »[e}\n", "this '[' is never closed"),
        Accident("a: [b, c]»]\n", "this ']' closes nothing"),
        Accident("a: {b: c}»}\n", "this '}' closes nothing"),
        Accident("a: [b»}\n", "']' is expected here, to close '['"),
        Accident(
            "a: \"C:»\\dir\"\n",
            "'\\d' is no escape of YAML; write '\\\\', or use single quotes, which take it as it is"),
        Accident(
            "a: \"»\\d+\"\n", "'\\d' is no escape of YAML; write '\\\\', or use single quotes, which take it as it is"),
        Accident(
            "a: \"x »\\u12 y\"\n", "'\\u' takes 4 hexadecimal digits of a character; single quotes take it as it is"),
        Accident(
            "a: \"x »\\xg1\"\n", "'\\x' takes 2 hexadecimal digits of a character; single quotes take it as it is"),
        Accident(
            "a: \"x »\\ud800\"\n", "'\\u' takes 4 hexadecimal digits of a character; single quotes take it as it is"),
        Accident("\"a b\" »c: d\n", "this cannot stand here (did not find expected key)"),
        Accident("a: \"b\" »c\n", "text after the closing quote; put the whole value in quotes"),
        Accident("a: 'b' »c\n", "text after the closing quote; put the whole value in quotes"),
        Accident("a: [b] »c\n", "a value that begins with '[' is a list, and more follows; put the text in quotes"),
        Accident("a: »>x\n y\n", "'>' begins a text on the lines below; put a value that begins so in quotes"),
        Accident("a: »|x\n y\n", "'|' begins a text on the lines below; put a value that begins so in quotes"),
        Accident("a: |»0\n y\n", "the indentation after '|' counts from 1"),
        Accident("a: b\n»- c\n", "a list item cannot stand among keys"),
        Accident("- a\n»b: c\n", "this cannot stand among list items"),
        Accident("»a\nb: c\n", "a ':' is missing after this word"),
        Accident("a: b\n»c\n", "this is no key, as no ': ' follows, and is not indented to belong to the value above"),
        Accident(
            "a: b\n»c\nd: e\n", "this is no key, as no ': ' follows, and is not indented to belong to the value above"),
        Accident("a: »? b\n", "'? ' begins a key; put the value in quotes"),
        Accident(
            "a: »- b\n", "a list item cannot begin on the line of its key; put it on a line of its own or write '[…]'"),
        Accident("a: [»- b]\n", "'- ' begins a list item, which cannot stand inside '['"),
        Accident("a: », b\n", "a ',' cannot stand here; put the value in quotes"),
        Accident("{a: 1, »: 2}\n", "an empty key: a key must be a string"),
        Accident("»: 2\n", "an empty key: a key must be a string"),
        Accident("a: 1\n»: 2\n", "an empty key: a key must be a string"),
        Accident("a: {b c: d e»: f}\n", "a second ': ' in one entry; put the value in quotes or a ',' between"),
        Accident("a: {»{ x }}\n", "a key must be a string; if this is an expression, put it in quotes: \"${{ … }}\""),
        Accident("a: »] b\n", "this ']' closes nothing"),
        Accident("a: »}\n", "this '}' closes nothing"),
        Accident("a: [b c, d: e»: f]\n", "a second ': ' in one entry; put the value in quotes or a ',' between"),
        Accident(
            "a: b #c\n  »d: e\n",
            "this key stands at column 3 and fits nothing above; the one before stands at column 1"),
        Accident("a: »[a b: c\n", "this '[' is never closed"),
        Accident("{a: b c»: d}\n", "a second ': ' in one entry; put the value in quotes or a ',' between"),
        Accident("a: »[1, 2\n  # c\nb: 1\n", "this '[' is never closed"),
        Accident(
            "a: \"b»\"\"c\"\n", "this quote ends the text, and more follows; inside double quotes it is written \\\""),
        Accident("a: »'b''c\n", "this quote is never closed"),
        Accident("a: &x »*y\n", "an unquoted '*' begins an alias; put the value in quotes"),
        Accident("a: &x »&y z\n", "an unquoted '&' begins an anchor; put the value in quotes"),
        Accident("a: »*xy.z\n", "an unquoted '*' begins an alias; put the value in quotes"),
        Accident("a: »*x.y\n", "an unquoted '*' begins an alias; put the value in quotes"),
        Accident("a: »**/*.py\n", "an unquoted '*' begins an alias; put the value in quotes"),
        Accident("- »*.py\n", "an unquoted '*' begins an alias; put the value in quotes"),
        Accident("a: [»*.py, b]\n", "an unquoted '*' begins an alias; put the value in quotes"),
        Accident("a: »&x.y z\n", "an unquoted '&' begins an anchor; put the value in quotes"),
        Accident(
            "- a: b\n »c: d\n", "this key stands at column 2 and fits nothing above; the one before stands at column 3"),
        Accident("a: b\n»--- \nc: d\n", "a second document: a file holds one workflow"),
        Accident("a: |\n  b\n »c\n", "text under '|' must be indented as deep as its first line"),
        Accident("a: >\n»b\n", "text under '>' must be indented deeper than its key"),
        Accident("a: »\"b\n---\nc\"\n", "this quote is never closed"),
        Accident("a: »\"b\n...\n", "this quote is never closed"),
        Accident(
            "steps:\n  - id: a\n    run: \"echo »\\d\"\n",
            "'\\d' is no escape of YAML; write '\\\\', or use single quotes, which take it as it is"),
        Accident("run: | »make\n", "after '|' the text begins on the next line, indented"),
        Accident("when: »>= 5\n", "'>' begins a text on the lines below; put a value that begins so in quotes"),
        Accident("run: »[ -f x ] && make\n", "a value that begins with '[' is a list; put the text in quotes"),
        Accident("run: »[ -f x ] || make\n", "a value that begins with '[' is a list; put the text in quotes"),
        Accident(
            "when: {a} »== b\n", "a value that begins with '{' is a mapping, and more follows; put the text in quotes"),
        Accident("run: \"a\" »&& b\n", "text after the closing quote; put the whole value in quotes"),
        Accident("run: »\"a\nb: c\\d\n", "this quote is never closed"),
        Accident("steps:\n  - id: a\n    env: »{A: b\n    run: make\n  - id: b\n", "this '{' is never closed"),
        Accident("steps:\n  - id: a\n    args: »[a, b\n  - id: b\n    args: [c]\n", "this '[' is never closed"),
        Accident("steps:\n  - {id: a, run: make»]\n", "'}' is expected here, to close '{'"),
        Accident("steps:\n  - »{id: a, run: make\n  - {id: b, run: make}\n", "this '{' is never closed"),
        Accident("»steps\n  - id: a\n", "a ':' is missing after this word"),
        Accident("name: x\n»steps\n  - id: a\n", "a ':' is missing after this word"),
        Accident(
            "name: x\nsteps:\n  - id: a\n    »run make\n    needs: b\n",
            "this is no key, as no ': ' follows, and is not indented to belong to the value above"),
        Accident(
            "steps:\n  - id: a\n    run: make\n »needs: b\n",
            "this key stands at column 2 and fits nothing above; the one before stands at column 5"),
        Accident(
            "params:\n  a: 1\n   »b: 2\n",
            "this key stands at column 4 and fits nothing above; the one before stands at column 3"),
        Accident(
            "params:\n   a: 1\n  »b: 2\n",
            "this key stands at column 3 and fits nothing above; the one before stands at column 4"),
        Accident(
            "steps:\n- id: a\n  run: b\n »- id: c\n",
            "this item stands at column 2 and fits nothing above; the one before stands at column 1"),
        Accident("name: »@x: y\n", "'@' cannot begin a value; put it in quotes"),
        Accident("a: [b,», c]\n", "a value is missing before this ','"),
        Accident("a: {b: c,», d: e}\n", "a value is missing before this ','"),
        Accident("a: [», b]\n", "a value is missing before this ','"),
        Accident("a: »[b,\n", "this '[' is never closed"),
        Accident("a: »{b: c,\nd: e\nf: g\n", "this '{' is never closed"),
        Accident(
            "steps:\n  - id: a\n    run: »\"x\n      y\n    needs: \"b\"\n", "this quote is not closed on its line"),
        Accident(
            "steps:\n  - run: 'don»'t'\n",
            "this quote ends the text, and more follows; inside single quotes it is written ''"),
        Accident("steps:\n  - run: »'abc\n  - run: it's\n", "this quote is not closed on its line"),
        Accident("env:\n  A: »\"b\n  C: \"d\"\n  E: \"f\"\n", "this quote is not closed on its line"),
        Accident("env: {A: »\"b, C: \"d\"}\n", "this quote is not closed on its line"),
        Accident(
            "env:\n  A: b\" c»: d\n",
            "a second ': ' on one line; put the value in quotes, or the key on a line of its own"),
        Accident("crontab: »* * * * * # every minute\n", "an unquoted '*' begins an alias; put the value in quotes"),
        Accident(
            "- id: x\n  crontab: »*/5 * * * *\n  run: y\n", "an unquoted '*' begins an alias; put the value in quotes"),
        Accident(
            "steps:\n  - id: a\n    run: |\n      echo a\n     »echo b\n",
            "text under '|' must be indented as deep as its first line"),
        Accident(
            "steps:\n  - id: a\n    run: >-\n»text\n    needs: x\n",
            "text under '>' must be indented deeper than its key"),
        Accident("a: »!!\n", "'!' begins a YAML tag; put the value in quotes"),
        Accident("a: »!foo!bar baz\n", "'!' begins a YAML tag; put the value in quotes"),
        Accident("a: »!<x\n", "'!' begins a YAML tag; put the value in quotes"),
        Accident("a: b\n»!c\n", "this is no key, as no ': ' follows, and is not indented to belong to the value above"),
        Accident("»{{ x }}: b\n", "a key must be a string, not a list or a mapping"),
        Accident("a: »\"x\n", "this quote is never closed"),
        Accident("-»\tid: a\n", "a tab cannot indent YAML; use spaces"),
        Accident("steps:\n  - id: a\n  »\u{A0} run: b\n", "a no-break space (U+00A0) cannot indent YAML; use spaces"),
        Accident("a: |\n »\tb\n", "a tab cannot indent YAML; use spaces"),
        Accident(
            "a: # comment\n  b: c\n »d: e\n",
            "this key stands at column 2 and fits nothing above; the one before stands at column 3"),
        Accident(
            "# c\na: b\n»c d\n", "this is no key, as no ': ' follows, and is not indented to belong to the value above"),
        Accident("  »@a\n", "'@' cannot begin a value; put it in quotes"),
        Accident(
            "- a: b\n- c: d\n»e: f\n",
            "this key stands at column 1 and fits nothing above; the one before stands at column 3"),
        Accident(
            "a:\n  - b\n »c: d\n",
            "this key stands at column 2 and fits nothing above; the one before stands at column 1"),
        Accident(
            "a:\n- b\n  »- c: d: e\n",
            "this item stands at column 3 and fits nothing above; the one before stands at column 1"),
        Accident("x: »[a, b\n  c: \n", "this '[' is never closed"),
        Accident("steps:\n  - {id: a, »needs:[b]}\n", "a space is missing after 'needs:'"),
        Accident("{»a:}\n", "a space is missing after 'a:'"),
        Accident("a: [»:b]\n", "a value that begins with ':' needs quotes inside '['"),
        Accident("- { »::vector }\n", "a value that begins with ':' needs quotes inside '{'"),
        Accident("{\"foo\"\n »: \"bar\"}\n", "the ':' of a key must stand on the key's line"),
        Accident("»%YAML 1.3\n---\na: b\n", "only YAML 1.1 and 1.2 are read"),
        Accident(
            "- { a: b}\n- { multi\n  line»: value}\n",
            "a second ': ' in one entry; put the value in quotes or a ',' between"),
        Accident("---\nscalar\n...\n»key: value\n", "this cannot stand here: the value above has ended"),
        Accident("steps:\n  - {id: a, run: make, needs: »[b, c}\n  - {id: b}\n", "this '[' is never closed"),
        Accident("a: »[\nb: [c]\n", "this '[' is never closed"),
        Accident("a: »[\nb\n", "this '[' is never closed"),
        Accident("run: \"foo\" »| bar\n", "text after the closing quote; put the whole value in quotes"),
        Accident("{\"a\": \"b\" »\"c\": \"d\"}\n", "',' or '}' is expected here"),
        Accident("{\"a\": \"b\" »c: d}\n", "',' or '}' is expected here"),
        Accident("a: \"it»\\'s\"\n", "inside double quotes ' is written without a backslash"),
        Accident("»// x\na: b\n", "a comment begins with '#' in YAML"),
        Accident("{\n  »// comment\n  \"x\": 1\n}\n", "a comment begins with '#' in YAML"),
        Accident("»/* x */\na: b\n", "a comment begins with '#' in YAML"),
        Accident("a:\n  b: 1\n»<<<<<<< HEAD\n  c: 2\n", "a conflict that git left here is not resolved"),
        Accident(
            "steps:\n  - id: a\n    when: \"${{ a[»\"x\"] }}\"\n",
            "this quote ends the text, and more follows; inside double quotes it is written \\\""),
        Accident(
            "steps:\n  - id: a\n    args: [\"x\", »\"y]\n  - id: b\n    args: [\"z\"]\n",
            "this quote is not closed on its line"),
        Accident(
            "steps:\n  - id: a\n    needs: [b]\n    »- c\n",
            "this item stands at column 5 and fits nothing above; the one before stands at column 3"),
        Accident("steps: [\n  {id: a, run: make}\n  »{id: b, run: make}\n]\n", "',' or ']' is expected here"),
        Accident(
            "steps:\n  - {id: a run»: make}\n", "a second ': ' in one entry; put the value in quotes or a ',' between"),
        Accident(
            "run: curl -H \"X»: y\" z\n",
            "a second ': ' on one line; put the value in quotes, or the key on a line of its own"),
        Accident(
            "run: echo 'a»: b'\n", "a second ': ' on one line; put the value in quotes, or the key on a line of its own"
        ),
        Accident(
            "a: \"»\\é\"\n", "'\\é' is no escape of YAML; write '\\\\', or use single quotes, which take it as it is"),
    ]
}

@Suite struct `a syntax error` {
    private func findings(_ text: String) -> [Diagnostic] {
        switch YAMLComposer.compose(Array(text.utf8), file: FileID(0)) {
        case .success(let document): document.diagnostics
        case .failure(let error): [error.diagnostic]
        }
    }

    @Test(arguments: Accident.all)
    func `stands at the token that is to blame and says what to do`(_ accident: Accident) {
        let findings = findings(accident.text)
        #expect(findings.map(\.message) == [accident.message])
        #expect(findings.map { Int($0.span.start) } == [accident.place])
    }

    @Test(arguments: Accident.all)
    func `is gone when its fix is applied`(_ accident: Accident) throws {
        guard let fixIt = findings(accident.text).first?.fixIt else { return }
        let fixed = apply(fixIt, to: accident.text)
        #expect(findings(fixed).allSatisfy { Int($0.span.start) != accident.place })
    }

    @Test(arguments: Accident.all)
    func `with CRLF is the same`(_ accident: Accident) throws {
        let text = accident.text.replacing("\n", with: "\r\n")
        let before = Array(accident.text.utf8)[..<accident.place].count { $0 == UInt8(ascii: "\n") }
        let findings = findings(text)
        #expect(findings.map(\.message) == [accident.message])
        #expect(findings.map { Int($0.span.start) } == [accident.place + before])
    }

    @Test func `names both ends of what is not closed`() throws {
        let text = "a: [b, c\nd: e\n"
        let diagnostic = try #require(findings(text).first)
        #expect(diagnostic.notes.map { part($0.span, of: text + " ") } == [""])
        #expect(diagnostic.notes.map(\.span.start) == [10])
    }
}
