// Command testsum reads what `go test -json` writes, from standard input, and prints what a person wants
// of it: a line a package as go test words it, the whole output of what failed, and a closing line
// "N passed, N failed" that counts tests and subtests. It exits with 1 where anything failed, or where
// nothing was tested at all.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
)

func main() {
	passed, failed, err := summarise(os.Stdin, os.Stdout)
	if err != nil {
		fmt.Fprintln(os.Stderr, "testsum: reading the output of go test:", err)
		os.Exit(1)
	}
	fmt.Printf("%d passed, %d failed\n", passed, failed)
	if failed > 0 || passed == 0 {
		os.Exit(1)
	}
}

// event is one line of `go test -json`, as `go doc test2json` describes it.
type event struct {
	Action  string
	Package string
	Test    string
	Output  string
}

// summary holds the output of tests that have not ended yet: of those that pass, nothing is shown.
type summary struct {
	out            io.Writer
	pending        map[string][]string
	failing        map[string]bool // packages in which a test failed
	passed, failed int
}

func summarise(in io.Reader, out io.Writer) (passed, failed int, err error) {
	s := summary{out: out, pending: map[string][]string{}, failing: map[string]bool{}}
	lines := bufio.NewScanner(in)
	// One line of a test's output is one event: logs of whole answers can be long.
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var e event
		if json.Unmarshal(lines.Bytes(), &e) != nil {
			// Not an event: what the go command itself had to say.
			fmt.Fprintln(out, lines.Text())
			continue
		}
		s.take(e)
	}
	return s.passed, s.failed, lines.Err()
}

func (s *summary) take(e event) {
	key := e.Package + " " + e.Test
	switch {
	case e.Action == "build-output":
		fmt.Fprint(s.out, e.Output)
	case e.Action == "output" && e.Test != "":
		s.pending[key] = append(s.pending[key], e.Output)
	case e.Action == "output":
		s.packageLine(e.Output)
	case e.Action == "pass" && e.Test != "":
		s.passed++
		delete(s.pending, key)
	case e.Action == "fail" && e.Test != "":
		s.failed++
		s.failing[e.Package] = true
		s.show(key)
	case e.Action == "fail":
		s.packageFailed(e.Package)
	}
}

// packageLine leaves out the lines that only repeat the verdict that follows them.
func (s *summary) packageLine(line string) {
	if line != "PASS\n" && line != "FAIL\n" {
		fmt.Fprint(s.out, line)
	}
}

func (s *summary) show(key string) {
	for _, line := range s.pending[key] {
		fmt.Fprint(s.out, line)
	}
	delete(s.pending, key)
}

// packageFailed counts a package that failed outside a test: it did not compile, panicked, or ran out of
// time. What its unfinished tests had printed says where.
func (s *summary) packageFailed(pkg string) {
	if s.failing[pkg] {
		return
	}
	s.failed++
	for key := range s.pending {
		if len(key) > len(pkg) && key[:len(pkg)+1] == pkg+" " {
			s.show(key)
		}
	}
}
