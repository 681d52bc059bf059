package engine

import "slices"

// writeOut gives the patterns without alternatives that a valid one with them stands for, in their order:
// *.{pdf,docx} is *.pdf and *.docx. It is false if there are more than most of them.
func writeOut(pattern string, most int) (plain []string, ok bool) {
	pending := []string{pattern}
	for len(pending) > 0 {
		// Each of the pending ones stands for one pattern at least.
		if len(plain)+len(pending) > most {
			return nil, false
		}
		next := pending[len(pending)-1]
		pending = pending[:len(pending)-1]
		if versions := alternatives(next); versions != nil {
			slices.Reverse(versions)
			pending = append(pending, versions...)
		} else {
			plain = append(plain, next)
		}
	}
	return plain, true
}

// alternatives replaces the first { } by each of its alternatives in turn; nil if there is none.
func alternatives(pattern string) []string {
	depth, open, from := 0, 0, 0
	var between []string
	for at := 0; at < len(pattern); at++ {
		switch c := pattern[at]; {
		case c == '\\':
			at++
		case c == '[':
			at = classEnd(pattern, at)
		case c == '{':
			if depth++; depth == 1 {
				open, from = at, at+1
			}
		case c == ',' && depth == 1:
			between = append(between, pattern[from:at])
			from = at + 1
		case c == '}':
			if depth--; depth > 0 {
				continue
			}
			between = append(between, pattern[from:at])
			for i := range between {
				between[i] = pattern[:open] + between[i] + pattern[at+1:]
			}
			return between
		}
	}
	return nil
}

// classEnd is where the class ends that begins at the given [.
func classEnd(pattern string, at int) int {
	for at++; at < len(pattern) && pattern[at] != ']'; at++ {
		if pattern[at] == '\\' {
			at++
		}
	}
	return at
}
