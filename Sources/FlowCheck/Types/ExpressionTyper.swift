import FlowDiagnostics
import FlowExpression
import FlowModel
import FlowValue

/// Resolves and types one expression.
///
/// Only what is sure to fail is a problem: an operand of type `any`, or a union that has a fitting member, is none.
struct ExpressionTyper {
    /// What is wrong, with its place in the scalar; nil for the whole expression.
    struct Problem {
        let code: DiagnosticCode
        let message: String
        let place: Expression.Place?
        /// The name that is not known, and what it could be.
        var name: String?
        var known: [String] = []
    }

    let names: ExpressionNames
    /// Types the paths that begin with a root name.
    let canvas: CanvasNames
    var problems: [Problem] = []
    /// Bindings that were read, by number.
    var usedBindings: [Int] = []

    init(_ names: ExpressionNames, _ canvas: CanvasNames) {
        self.names = names
        self.canvas = canvas
    }

    mutating func type(_ expression: Expression) -> StaticType {
        switch expression {
        case .literal(let value): return StaticType(of: value)
        case .name, .member, .index: return path(expression)
        case .unary(.not, let operand):
            require(.bool, type(operand), "'!'", operand)
            return .bool
        case .unary(.minus, let operand):
            let type = type(operand)
            require(.number, type, "'-'", operand)
            return type.kinds.intersection(.number) == .int ? .int : type == .any ? .any : .number
        case .binary(let symbol, let left, let right): return binary(symbol, left, right)
        case .conditional(let condition, let left, let right):
            require(.bool, type(condition), "'?'", condition)
            return .either([type(left), type(right)])
        case .call(let function, let arguments): return call(function, arguments, expression)
        case .list(let items): return .tuple(items.map { type($0) })
        case .object(let entries):
            return .object(entries.map { .init(key: $0.key, type: type($0.value)) }, isOpen: false)
        }
    }

    // MARK: Names and what is in them

    private mutating func path(_ expression: Expression) -> StaticType {
        switch expression {
        case .name(let name, let place): return root(name, place)
        case .member(let base, let name, let place):
            if let type = stepOrRoot(base, name, place) { return type }
            return member(path(base), name, place)
        case .index(let base, let index):
            if case .literal(.string(let name)) = index, let type = stepOrRoot(base, name, nil) { return type }
            return element(path(base), index, expression)
        default: return type(expression)
        }
    }

    /// Types `params.NAME`, `steps.ID` and the like, whose base is no value of its own; nil for anything else.
    private mutating func stepOrRoot(_ base: Expression, _ name: String, _ place: Expression.Place?) -> StaticType? {
        guard case .name(let root, let rootPlace) = base, !names.bindings.contains(where: { $0.name == root }) else {
            return nil
        }
        let found = canvas.member(name, ofRoot: root, in: names, place)
        switch found {
        case .notOfNames: return nil
        case .type(let type): return type
        case .problem(let problem):
            // A root that has no value here is the mistake, whatever follows it.
            problems.append(
                problem.place == nil && problem.code != .stepNotEnded
                    ? Problem(
                        code: problem.code, message: problem.message, place: place ?? rootPlace, name: problem.name,
                        known: problem.known)
                    : problem)
            return .any
        }
    }

    private mutating func root(_ name: String, _ place: Expression.Place) -> StaticType {
        if let binding = names.bindings.last(where: { $0.name == name }) {
            usedBindings.append(binding.number)
            return binding.type
        }
        switch canvas.root(name, in: names) {
        case .type(let type): return type
        case .problem(let problem):
            problems.append(
                Problem(
                    code: problem.code, message: problem.message, place: place, name: problem.name,
                    known: problem.known))
            return .any
        case .notOfNames: return .any
        }
    }

    private mutating func member(_ base: StaticType, _ name: String, _ place: Expression.Place) -> StaticType {
        guard !base.kinds.isDisjoint(with: .object) else {
            problems.append(
                Problem(code: .expressionType, message: "\(base.phrase) has no '.\(name)'", place: place))
            return .any
        }
        switch base {
        case .object(let fields, let isOpen):
            if let field = fields.first(where: { $0.key == name }) { return field.type }
            if !isOpen {
                problems.append(
                    Problem(
                        code: .unknownName, message: "there is no '\(name)' in \(base.text)", place: place, name: name,
                        known: fields.map(\.key)))
            }
            return .any
        case .maybe(let inner): return member(inner, name, place)
        default: return .any
        }
    }

    private mutating func element(_ base: StaticType, _ index: Expression, _ whole: Expression) -> StaticType {
        if case .literal(.string(let name)) = index, !base.kinds.isDisjoint(with: .object) {
            return member(base, name, whole.place ?? Expression.Place(0, 0))
        }
        let indexType = type(index)
        let kinds = base.kinds
        let fitsList = !kinds.isDisjoint(with: .list) && !indexType.kinds.isDisjoint(with: .int)
        let fitsObject = !kinds.isDisjoint(with: .object) && !indexType.kinds.isDisjoint(with: .string)
        guard fitsList || fitsObject else {
            report("\(base.phrase) has no index of type \(indexType.text)", whole)
            return .any
        }
        if case .tuple(let items) = base, case .literal(.int(let number)) = index {
            let position = number < 0 ? Int(number) + items.count : Int(clamping: number)
            guard items.indices.contains(position) else {
                report("index \(number) of a list of \(items.count)", whole)
                return .any
            }
            return items[position]
        }
        return fitsList ? base.item : .any
    }

    // MARK: Operators

    private mutating func report(_ message: String, _ expression: Expression) {
        problems.append(Problem(code: .expressionType, message: message, place: expression.place))
    }

    private mutating func require(
        _ kinds: StaticType.Kinds, _ type: StaticType, _ what: String, _ operand: Expression
    ) {
        guard type.kinds.isDisjoint(with: kinds) else { return }
        report("\(what) takes \(Self.words(kinds)), not \(type.phrase)", operand)
    }

    private static func words(_ kinds: StaticType.Kinds) -> String {
        let names: [(StaticType.Kinds, String)] = [
            (.number, "a number"), (.int, "an int"), (.bool, "a bool"), (.string, "a string"), (.list, "a list"),
            (.object, "an object"),
        ]
        var left = kinds
        var words: [String] = []
        for (kind, word) in names where left.isSuperset(of: kind) {
            words.append(word)
            left.subtract(kind)
        }
        return words.joined(separator: " or ")
    }

    private mutating func binary(
        _ symbol: Expression.Binary, _ left: Expression, _ right: Expression
    ) -> StaticType {
        switch symbol {
        case .orElse: return orElse(left, right)
        case .or, .and:
            for operand in [left, right] {
                let type = type(operand)
                guard type.kinds.isDisjoint(with: .bool) else { continue }
                let hint = symbol == .or ? "; what stands in for a missing value follows '??'" : ""
                report("'\(symbol.rawValue)' takes a bool, not \(type.phrase)\(hint)", operand)
            }
            return .bool
        default: break
        }
        let (leftType, rightType) = (type(left), type(right))
        let (leftKinds, rightKinds) = (leftType.kinds, rightType.kinds)
        let areNumbers = !leftKinds.isDisjoint(with: .number) && !rightKinds.isDisjoint(with: .number)
        let areStrings = !leftKinds.isDisjoint(with: .string) && !rightKinds.isDisjoint(with: .string)
        let areLists = !leftKinds.isDisjoint(with: .list) && !rightKinds.isDisjoint(with: .list)
        let isPossible: Bool
        switch symbol {
        case .equal, .unequal: return .bool
        case .less, .lessOrEqual, .greater, .greaterOrEqual: isPossible = areNumbers || areStrings
        case .contained:
            isPossible =
                !rightKinds.isDisjoint(with: .list)
                || (!rightKinds.isDisjoint(with: [.string, .object])
                    && !leftKinds.isDisjoint(with: .string))
        case .plus: isPossible = areNumbers || areStrings || areLists
        case .minus, .times, .divided, .modulo: isPossible = areNumbers
        case .orElse, .or, .and: isPossible = true
        }
        guard isPossible else {
            let place = Self.together([left, right])
            problems.append(
                Problem(
                    code: .expressionType,
                    message: "'\(symbol.rawValue)' of \(leftType.phrase) and \(rightType.phrase)", place: place))
            return symbol == .plus ? .any : symbol.isComparison ? .bool : .any
        }
        return result(symbol, leftType, rightType, areNumbers: areNumbers, areStrings: areStrings, areLists: areLists)
    }

    private func result(
        _ symbol: Expression.Binary, _ left: StaticType, _ right: StaticType, areNumbers: Bool, areStrings: Bool,
        areLists: Bool
    ) -> StaticType {
        if symbol.isComparison { return .bool }
        if left == .any || right == .any { return symbol == .plus ? .any : symbol == .divided ? .float : .number }
        if symbol == .divided { return .float }
        var types: [StaticType] = []
        if areNumbers {
            let (leftKinds, rightKinds) = (left.kinds.intersection(.number), right.kinds.intersection(.number))
            if leftKinds == .int && rightKinds == .int {
                types.append(.int)
            } else if leftKinds == .float || rightKinds == .float {
                types.append(.float)
            } else {
                types += [.int, .float]
            }
        }
        if symbol == .plus, areStrings { types.append(.string) }
        if symbol == .plus, areLists { types.append(.list(.either([left.item, right.item]))) }
        return .either(types)
    }

    /// The right side stands for a null and for a missing key on the left.
    private mutating func orElse(_ left: Expression, _ right: Expression) -> StaticType {
        let before = problems.count
        var leftType = type(left)
        // A key that may be missing is what `??` is for; a name that is not known at all is a mistake.
        var kept = 0
        problems.removeAll { problem in
            kept += 1
            return kept > before && problem.code == .unknownName && problem.message.hasPrefix("there is no '")
                && problem.message.contains("' in ")
        }
        if case .maybe(let inner) = leftType { leftType = inner }
        if case .union(let members) = leftType { leftType = .either(members.filter { $0 != .null }) }
        let rightType = type(right)
        return leftType == .null ? rightType : .either([leftType, rightType])
    }

    // MARK: Functions

    private mutating func call(
        _ function: ExpressionFunction, _ arguments: [Expression], _ whole: Expression
    ) -> StaticType {
        let types = arguments.map { type($0) }
        for (position, (argument, type)) in zip(arguments, types).enumerated() {
            guard let wanted = function.kinds(at: position, of: arguments.count) else { continue }
            require(wanted, type, "'\(function.rawValue)'", argument)
        }
        if function == .join, let item = types.first?.item, item.kinds.isSubset(of: [.list, .object]) {
            report("'join' of a list with \(item.phrase) in it", whole)
        }
        if function == .sum, let item = types.first?.item, item.kinds.isDisjoint(with: .number) {
            report("'sum' of a list with \(item.phrase) in it", whole)
        }
        return function.result(types)
    }

    private static func together(_ expressions: [Expression]) -> Expression.Place? {
        let places = expressions.compactMap(\.place)
        guard places.count == expressions.count, let start = places.map(\.start).min(),
            let end = places.map(\.end).max()
        else { return nil }
        return Expression.Place(start, end)
    }
}

extension Expression.Binary {
    var isComparison: Bool {
        switch self {
        case .equal, .unequal, .less, .lessOrEqual, .greater, .greaterOrEqual, .contained: true
        case .or, .and, .plus, .minus, .times, .divided, .modulo, .orElse: false
        }
    }
}

extension Expression {
    /// Where it stands in its scalar, as far as its names tell; nil if it has none.
    var place: Place? {
        switch self {
        case .literal, .list, .object, .call, .conditional: return nil
        case .name(_, let place): return place
        case .member(let base, _, let place): return Place(base.place?.start ?? place.start, place.end)
        case .index(let base, _): return base.place
        case .unary(_, let operand): return operand.place
        case .binary(_, let left, let right):
            guard let left = left.place, let right = right.place else { return nil }
            return Place(left.start, right.end)
        }
    }

    /// Whether it reads nothing and gives the same always.
    var isConstant: Bool {
        switch self {
        case .literal: true
        case .name: false
        case .member(let base, _, _): base.isConstant
        case .index(let base, let index): base.isConstant && index.isConstant
        case .unary(_, let operand): operand.isConstant
        case .binary(_, let left, let right): left.isConstant && right.isConstant
        case .conditional(let condition, let left, let right):
            condition.isConstant && left.isConstant && right.isConstant
        case .call(let function, let arguments): function != .now && arguments.allSatisfy(\.isConstant)
        case .list(let items): items.allSatisfy(\.isConstant)
        case .object(let entries): entries.allSatisfy(\.value.isConstant)
        }
    }
}

extension ExpressionFunction {
    /// The kinds that an argument may have; nil for any.
    func kinds(at position: Int, of count: Int) -> StaticType.Kinds? {
        switch self {
        case .len: [.string, .list, .object]
        case .keys, .values: .object
        case .join: position == 0 ? .list : .string
        case .contains: position == 0 ? [.string, .list, .object] : nil
        case .split, .startsWith, .endsWith, .lower, .upper, .trim, .replace, .parseJSON: .string
        case .range: .int
        case .sum, .sort, .unique: .list
        case .min, .max: count == 1 ? .list : [.int, .float, .string]
        case .json, .now: nil
        }
    }

    func result(_ arguments: [StaticType]) -> StaticType {
        switch self {
        case .len: .int
        case .keys, .split: .list(.string)
        case .values: .list(.any)
        case .join, .lower, .upper, .trim, .replace, .json, .now: .string
        case .contains, .startsWith, .endsWith: .bool
        case .parseJSON: .any
        case .range: .list(.int)
        case .sum: arguments.first.map { Self.sum(of: $0.item) } ?? .number
        case .min, .max: arguments.count == 1 ? arguments[0].item : .either(arguments)
        case .sort, .unique: arguments.first.map { .list($0.item) } ?? .list(.any)
        }
    }

    private static func sum(of item: StaticType) -> StaticType {
        switch item.kinds.intersection(.number) {
        case .int: .int
        case .float: .number
        default: .number
        }
    }
}
