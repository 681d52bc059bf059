package main

import (
	"bytes"
	"strings"
	"testing"
)

func TestSummary(t *testing.T) {
	for name, tc := range map[string]struct {
		events         []string
		passed, failed int
		shows          []string
		hides          []string
	}{
		"a test that passes keeps its output to itself": {
			events: []string{
				`{"Action":"output","Package":"p","Test":"TestA","Output":"chatter\n"}`,
				`{"Action":"pass","Package":"p","Test":"TestA"}`,
				`{"Action":"output","Package":"p","Output":"PASS\n"}`,
				`{"Action":"output","Package":"p","Output":"ok  \tp\t0.1s\n"}`,
				`{"Action":"pass","Package":"p"}`,
			},
			passed: 1, shows: []string{"ok  \tp"}, hides: []string{"chatter", "PASS"},
		},
		"a test that fails shows all that it said, and its package is not counted again": {
			events: []string{
				`{"Action":"output","Package":"p","Test":"TestA","Output":"want 1, got 2\n"}`,
				`{"Action":"fail","Package":"p","Test":"TestA"}`,
				`{"Action":"output","Package":"p","Output":"FAIL\tp\t0.1s\n"}`,
				`{"Action":"fail","Package":"p"}`,
			},
			failed: 1, shows: []string{"want 1, got 2", "FAIL\tp"},
		},
		"subtests count": {
			events: []string{
				`{"Action":"pass","Package":"p","Test":"TestA/one"}`,
				`{"Action":"pass","Package":"p","Test":"TestA/two"}`,
				`{"Action":"pass","Package":"p","Test":"TestA"}`,
			},
			passed: 3,
		},
		"a package that does not compile is a failure": {
			events: []string{
				`{"Action":"build-output","ImportPath":"p","Output":"p.go:1: syntax error\n"}`,
				`{"Action":"fail","Package":"p"}`,
			},
			failed: 1, shows: []string{"syntax error"},
		},
		"a panic leaves the output of the test it ended": {
			events: []string{
				`{"Action":"output","Package":"p","Test":"TestA","Output":"panic: boom\n"}`,
				`{"Action":"output","Package":"pq","Test":"TestB","Output":"still at work\n"}`,
				`{"Action":"fail","Package":"p"}`,
			},
			failed: 1, shows: []string{"panic: boom"}, hides: []string{"still at work"},
		},
		"what is no event is passed on": {
			events: []string{"go: downloading example.org v1.0.0"},
			shows:  []string{"go: downloading example.org"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			passed, failed, err := summarise(strings.NewReader(strings.Join(tc.events, "\n")), &out)
			if err != nil {
				t.Fatal(err)
			}
			if passed != tc.passed || failed != tc.failed {
				t.Errorf("%d passed, %d failed; want %d and %d", passed, failed, tc.passed, tc.failed)
			}
			for _, want := range tc.shows {
				if !strings.Contains(out.String(), want) {
					t.Errorf("the output lacks %q:\n%s", want, out.String())
				}
			}
			for _, not := range tc.hides {
				if strings.Contains(out.String(), not) {
					t.Errorf("the output holds %q:\n%s", not, out.String())
				}
			}
		})
	}
}
