/// How text looks on a terminal.
package enum TerminalText {
    /// The text with everything that a terminal would obey in place of showing it made visible, scalar for scalar.
    ///
    /// Controls become their pictures (U+2400), or U+FFFD where there is none. So do the marks that turn the direction
    /// of what follows: they can make a line look like another one.
    package static func visible(_ text: some StringProtocol) -> String {
        var visible = ""
        for scalar in text.unicodeScalars { visible.unicodeScalars.append(picture(scalar)) }
        return visible
    }

    private static func picture(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        switch scalar.value {
        case 0...0x1F: Unicode.Scalar(0x2400 + scalar.value) ?? "\u{FFFD}"
        case 0x7F: "\u{2421}"
        case 0x80...0x9F, 0x2028...0x202E, 0x2066...0x2069: "\u{FFFD}"
        default: scalar
        }
    }

    /// How many columns a character without controls takes.
    package static func width(_ character: Character) -> Int {
        let scalars = character.unicodeScalars
        guard let first = scalars.first else { return 0 }
        if first.isASCII, scalars.count == 1 { return 1 }
        // An emoji that joiners, a skin colour or the emoji style are part of is drawn as one picture.
        if scalars.count > 1, first.properties.isEmoji,
            scalars.contains(where: { $0 == "\u{200D}" || $0 == "\u{FE0F}" || $0.properties.isEmojiModifier })
        {
            return 2
        }
        return scalars.reduce(0) { $0 + width($1) }
    }

    /// How many columns a scalar takes alone.
    ///
    /// Source: <https://www.unicode.org/Public/UCD/latest/ucd/EastAsianWidth.txt>, W and F.
    private static func width(_ scalar: Unicode.Scalar) -> Int {
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark: return 0
        case .format: return formatWidth(scalar)
        default: break
        }
        switch scalar.value {
        // The vowels and final consonants of Hangul join the syllable that they end.
        case 0x1160...0x11FF, 0xD7B0...0xD7FF: return 0
        case 0x1100...0x115F, 0x2329...0x232A, 0x2630...0x2637, 0x268A...0x268F, 0x2E80...0x303E, 0x3041...0xA4CF,
            0xA960...0xA97C, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE10...0xFE19, 0xFE30...0xFE6F, 0xFF01...0xFF60,
            0xFFE0...0xFFE6, 0x16FE0...0x18DFF, 0x1AFF0...0x1B2FF, 0x1D300...0x1D376, 0x1F200...0x1F265,
            0x20000...0x3FFFD:
            return 2
        // Half of a flag; the two halves make one of two columns.
        case 0x1F1E6...0x1F1FF: return 1
        default: return scalar.properties.isEmojiPresentation ? 2 : 1
        }
    }

    /// The soft hyphen and the marks that stand before Arabic, Syriac and Kaithi numbers are seen.
    private static func formatWidth(_ scalar: Unicode.Scalar) -> Int {
        switch scalar.value {
        case 0xAD, 0x600...0x605, 0x6DD, 0x70F, 0x890...0x891, 0x8E2, 0x110BD, 0x110CD: 1
        default: 0
        }
    }
}
