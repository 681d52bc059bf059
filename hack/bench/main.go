// Command bench measures the figures that the operator is judged by, each beside its target and what it is compared
// to: the operator as it ships, as a process of its own, with a real Kubernetes API, a ledger on disk, and both
// services simulated in a third process. `make bench` builds what it runs.
//
// Its promise: a figure is what was measured, with the target that it misses beside it; it exits with 0 if all could
// be measured, whatever came out.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:])
	stop()
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// settings are the flags.
type settings struct {
	manager, rclone  string
	only             string
	list             bool
	jsonFile         string
	markdown, readme string
	scale            float64
	profiles         string
	compare          string
}

func run(ctx context.Context, args []string) error {
	if len(args) > 0 && args[0] == servicesCommand {
		return serve(ctx, os.Stdout, args[1:])
	}
	var s settings
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.StringVar(&s.manager, "manager", "bin/manager", "the operator's `binary`")
	flags.StringVar(&s.rclone, "rclone", "", "the `binary` of rclone to compare with; without one, those figures are left out")
	flags.StringVar(&s.only, "only", "", "`expression` that the names of the figures to measure match (default: all)")
	flags.BoolVar(&s.list, "list", false, "list the figures, and measure none")
	flags.StringVar(&s.jsonFile, "json", "", "`file` for the figures as JSON")
	flags.StringVar(&s.markdown, "markdown", "", "`file` for the table, as a page of the documentation")
	flags.StringVar(&s.readme, "readme", "", "`file` in which the table between its two marks is replaced")
	flags.Float64Var(&s.scale, "scale", 1, "`share` of the documents, for a quick look: what comes out is no figure then")
	flags.StringVar(&s.profiles, "profiles", "", "`folder` for CPU and heap profiles of the operator, taken where a figure offers that")
	flags.StringVar(&s.compare, "compare", "", "compare the reports old-*.json and new-*.json of a `folder`, and measure nothing")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if s.compare != "" {
		return compare(os.Stdout, s.compare)
	}
	wanted, err := regexp.Compile(s.only)
	if err != nil {
		return fmt.Errorf("-only: %w", err)
	}
	if s.list {
		for _, f := range figures {
			fmt.Printf("%-24s %s\n", f.name, f.what)
		}
		return nil
	}
	return measure(ctx, s, wanted)
}

// measure takes the figures one after another, since two at once would be in each other's way; but for those that only
// wait and count.
func measure(ctx context.Context, s settings, wanted *regexp.Regexp) error {
	r, err := newRig(s)
	if err != nil {
		return err
	}
	found := report{Machine: machine(), Started: time.Now().UTC().Truncate(time.Second)}
	var failures []error
	for _, group := range together(wanted) {
		if ctx.Err() != nil {
			break
		}
		rows, failed := r.takeAll(ctx, group)
		found.Figures, failures = append(found.Figures, rows...), append(failures, failed...)
	}
	found.Seconds = time.Since(found.Started).Seconds()
	fmt.Print(found.table())
	return errors.Join(append(failures, found.write(s), ctx.Err(), os.RemoveAll(r.folder))...)
}

// together gives the figures that are wanted, those that may be taken at the same time in one group.
func together(wanted *regexp.Regexp) (groups [][]figure) {
	for _, f := range figures {
		if !wanted.MatchString(f.name) {
			continue
		}
		if last := len(groups) - 1; f.idle && last >= 0 && groups[last][0].idle {
			groups[last] = append(groups[last], f)
		} else {
			groups = append(groups, []figure{f})
		}
	}
	return groups
}

// takeAll takes figures at the same time.
func (r *rig) takeAll(ctx context.Context, group []figure) ([]row, []error) {
	rows, failures := make([]row, len(group)), make([]error, len(group))
	var all sync.WaitGroup
	for i, f := range group {
		all.Go(func() {
			began := time.Now()
			fmt.Fprintf(os.Stderr, "%s …\n", f.name)
			got, err := r.take(ctx, f)
			if err != nil {
				failures[i] = fmt.Errorf("%s: %w", f.name, err)
				got = reading{Value: "not measured: " + firstLine(err)}
			}
			rows[i] = row{Name: f.name, What: f.what, Target: f.target, Against: f.against, reading: got, Seconds: time.Since(began).Seconds()}
			fmt.Fprintf(os.Stderr, "%s: %s (%.0f s)\n", f.name, got.Value, rows[i].Seconds)
		})
	}
	all.Wait()
	return rows, failures
}

func firstLine(err error) string {
	text, _, _ := strings.Cut(err.Error(), "\n")
	return text
}

// tempFolder makes a folder of a name below the rig's.
func (r *rig) tempFolder(name string) (string, error) {
	folder, err := os.MkdirTemp(r.folder, name+"-")
	if err != nil {
		return "", err
	}
	return filepath.Abs(folder)
}
