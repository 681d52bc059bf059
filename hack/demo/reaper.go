package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
)

// reaper ends what the demo started where the demo itself no longer can: killed hard, or crashed. It is
// a shell that waits for a pipe that only the demo holds open, then kills every process group noted in
// a folder. When all went well there is nothing noted any more.
type reaper struct {
	notes string
	alive *os.File
	shell *exec.Cmd
}

// A Ctrl-C in the terminal is the demo's business, so the shell ignores it.
const reap = `trap '' HUP INT TERM
cat >/dev/null
for note in "$1"/*.pid; do [ -e "$note" ] && kill -9 -- "-$(cat "$note")"; done
rm -rf "$1"`

func startReaper() (*reaper, error) {
	notes, err := os.MkdirTemp("", "intralinks-demo-processes-")
	if err != nil {
		return nil, err
	}
	waits, alive, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer waits.Close()
	shell := exec.Command("sh", "-c", reap, "reaper", notes) //nolint:noctx // it has to outlive every context
	shell.Stdin = waits
	shell.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := shell.Start(); err != nil {
		return nil, fmt.Errorf("start the process that cleans up after a crash: %w", err)
	}
	return &reaper{notes: notes, alive: alive, shell: shell}, nil
}

// close lets the reaper go. What is still noted then is killed.
func (r *reaper) close() {
	_ = r.alive.Close()
	_ = r.shell.Wait() // it ends by itself; how does not matter any more
}

func (r *reaper) note(name string) string { return filepath.Join(r.notes, name+".pid") }

// watch notes a process that leads its own group.
func (r *reaper) watch(name string, pid int) error {
	return os.WriteFile(r.note(name), []byte(strconv.Itoa(pid)), 0o600)
}

// forget is told of a process that has ended: its number may go to another.
func (r *reaper) forget(name string) { _ = os.Remove(r.note(name)) }

// wrapped returns a program that notes itself and then becomes the given one, for processes that a
// library starts. envtest makes each the leader of its group.
func (r *reaper) wrapped(program string) (string, error) {
	name := filepath.Base(program)
	script := fmt.Sprintf("#!/bin/sh\necho $$ >'%s'\nexec '%s' \"$@\"\n", r.note(name), program)
	path := filepath.Join(r.notes, name)
	return path, os.WriteFile(path, []byte(script), 0o700) //nolint:gosec // it is a program
}
