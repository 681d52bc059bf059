package main

import (
	"fmt"
	"slices"
	"strings"
)

// treeLines is how many lines of a tree a reader is shown.
const treeLines = 70

// printTree shows folders and documents as they lie in the Division.
func printTree(out *screen, documents []arrival) {
	root := &branch{}
	for _, document := range documents {
		root.add(strings.Split(strings.Trim(document.Path, "/"), "/"), document)
	}
	lines := root.lines("")
	out.printf("%s\n", division)
	for _, line := range lines[:min(len(lines), treeLines)] {
		out.printf("%s\n", line)
	}
	if more := len(lines) - treeLines; more > 0 {
		out.printf("… and %d lines more\n", more)
	}
}

// branch is a folder with its sub-folders, or a document.
type branch struct {
	name     string
	document *arrival
	below    []*branch
}

func (b *branch) add(path []string, document arrival) {
	if len(path) == 1 {
		b.below = append(b.below, &branch{name: path[0], document: &document})
		return
	}
	at := slices.IndexFunc(b.below, func(c *branch) bool { return c.document == nil && c.name == path[0] })
	if at < 0 {
		at = len(b.below)
		b.below = append(b.below, &branch{name: path[0]})
	}
	b.below[at].add(path[1:], document)
}

func (b *branch) lines(indent string) []string {
	slices.SortStableFunc(b.below, func(x, y *branch) int { return strings.Compare(x.name, y.name) })
	var lines []string
	for i, child := range b.below {
		corner, deeper := "├── ", "│   "
		if i == len(b.below)-1 {
			corner, deeper = "└── ", "    "
		}
		line := indent + corner + cut(child.name, 90)
		if child.document != nil {
			line += fmt.Sprintf("  (%s)", bytesText(child.document.Size))
		}
		lines = append(lines, line)
		lines = append(lines, child.lines(indent+deeper)...)
	}
	return lines
}
