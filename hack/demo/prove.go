package main

import (
	"errors"
	"fmt"
	"slices"
)

// prove fails unless the documents that arrived are, byte for byte, those that had to, each as often as
// it lies in the data room, and nothing else. Names may differ where one is not safe or not unique, so
// contents are matched first, and the unchanged names counted.
func prove(out *screen, expected []document, arrived []arrival, received string) error {
	var problems []error
	for _, a := range arrived {
		problems = append(problems, rehash(received, a))
	}
	byContent := map[string][]arrival{}
	for _, a := range arrived {
		byContent[a.SHA1] = append(byContent[a.SHA1], a)
	}
	var total int64
	inPlace := 0
	for _, want := range expected {
		candidates := byContent[want.SHA1]
		if len(candidates) == 0 {
			problems = append(problems, fmt.Errorf("%s (%d bytes, SHA-1 %s) did not arrive", want.Path, want.Size, want.SHA1))
			continue
		}
		// The one in its place, where several have the same content.
		at := max(0, slices.IndexFunc(candidates, func(a arrival) bool { return a.Path == want.Target }))
		if candidates[at].Path == want.Target {
			inPlace++
		}
		total += want.Size
		byContent[want.SHA1] = slices.Delete(candidates, at, at+1)
	}
	for _, left := range byContent {
		for _, a := range left {
			problems = append(problems, fmt.Errorf("%s (SHA-1 %s) arrived, though no document of the sync has these bytes", a.Path, a.SHA1))
		}
	}
	if err := errors.Join(problems...); err != nil {
		return err
	}
	out.printf("%s, %s: every SHA-1 equal, nothing missing, nothing more. %d lie under the name that they have in the data room, %d under one made safe or unique.\n",
		count(len(expected), "document"), bytesText(total), inPlace, len(expected)-inPlace)
	return nil
}

// difference tells what came between two listings of Luminance: documents that are new, and documents
// with another content.
func difference(before, after []arrival) (added, changed []arrival) {
	known := map[string]arrival{}
	for _, a := range before {
		known[a.Path] = a
	}
	for _, a := range after {
		switch old, there := known[a.Path]; {
		case !there:
			added = append(added, a)
		case old.SHA1 != a.SHA1 || old.Version != a.Version:
			changed = append(changed, a)
		}
	}
	return added, changed
}
