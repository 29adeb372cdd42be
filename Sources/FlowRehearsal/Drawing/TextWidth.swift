/// How wide text is likely to be, in pixels, without asking a font.
///
/// The advance widths are Helvetica's, which Arial and Liberation Sans share, from the metrics of the fourteen standard
/// PostScript fonts (`Helvetica.afm`); a little is added for other fonts.
enum TextWidth {
    /// In thousandths of the font size, from U+0020 to U+007E.
    private static let latin: [Int] = [
        278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278,  // space … /
        556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556,  // 0 … ?
        1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778,  // @ … O
        667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556,  // P … _
        333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556,  // ` … o
        556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,  // p … ~
    ]

    /// The width of one line of text.
    ///
    /// - Complexity: O(length).
    static func of(_ text: some StringProtocol, size: Double, isBold: Bool = false) -> Double {
        var thousandths = 0
        for scalar in text.unicodeScalars { thousandths += width(of: scalar) }
        return Double(thousandths) / 1000 * size * (isBold ? 1.12 : 1.04)
    }

    private static func width(of scalar: Unicode.Scalar) -> Int {
        switch scalar.value {
        case 0x20...0x7E: latin[Int(scalar.value - 0x20)]
        case 0xB7: 333  // ·
        case 0x2013: 556  // –
        case 0x2026: 1000  // …
        // The scripts and signs that fill a square: Hangul, kana, Han, full-width forms, emoji.
        case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE4F, 0xFF00...0xFF60:
            1000
        case 0x1F000...0x1FAFF: 1300
        case 0x20000...0x3FFFF: 1000
        default:
            switch scalar.properties.generalCategory {
            case .nonspacingMark, .enclosingMark, .format: 0
            case .uppercaseLetter, .otherSymbol, .mathSymbol: 800
            default: 620
            }
        }
    }

    /// Text that is no wider than a limit: what does not fit is left out of its middle.
    ///
    /// The ends of an id tell more than its middle: `download[2026-10…].parse`.
    ///
    /// - Complexity: O(length).
    static func fitted(_ text: String, size: Double, isBold: Bool = false, within limit: Double) -> String {
        guard of(text, size: size, isBold: isBold) > limit else { return text }
        let room = limit - of("…", size: size, isBold: isBold)
        var head = ""
        var used = 0.0
        for character in text {
            let width = of(String(character), size: size, isBold: isBold)
            guard used + width <= room * 0.62 else { break }
            used += width
            head.append(character)
        }
        var tail: [Character] = []
        for character in text.reversed() {
            let width = of(String(character), size: size, isBold: isBold)
            guard used + width <= room else { break }
            used += width
            tail.append(character)
        }
        return head + "…" + String(tail.reversed())
    }
}
