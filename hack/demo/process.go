package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"
)

// patience is how long a process may take to end by itself: the operator lets requests under way finish.
const patience = 30 * time.Second

// stage holds what runs, and stops it in the reverse order of its start.
type stage struct {
	folder string // logs, kubeconfigs and the ledger
	reaper *reaper
	ended  context.CancelCauseFunc // called where something ends that should have run on
	stops  []func() error
}

func (s *stage) onStop(stop func() error) { s.stops = append(s.stops, stop) }

func (s *stage) stop() error {
	var problems []error
	for len(s.stops) > 0 {
		last := len(s.stops) - 1
		stop := s.stops[last]
		s.stops = s.stops[:last]
		problems = append(problems, stop())
	}
	return errors.Join(problems...)
}

// process is a program that runs beside the demo, in a process group of its own: a Ctrl-C reaches only
// the demo, which then stops everything in order.
type process struct {
	name    string
	log     string
	command *exec.Cmd
	ended   chan struct{}
	err     error // why it ended; to be read once ended is closed
}

// start runs a program of the repository. What it writes goes into a log of its own; a writer gets what
// it prints on standard output as well.
func (s *stage) start(name, program string, also io.Writer, env []string, args ...string) (*process, error) {
	logFile, err := os.Create(filepath.Join(s.folder, name+".log"))
	if err != nil {
		return nil, err
	}
	p := &process{name: name, log: logFile.Name(), ended: make(chan struct{})}
	p.command = exec.Command(program, args...) //nolint:noctx // the stage stops it, in order and gently
	p.command.Env = append(os.Environ(), env...)
	p.command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	p.command.Stderr = logFile
	p.command.Stdout = logFile
	if also != nil {
		p.command.Stdout = io.MultiWriter(logFile, also)
	}
	if err := p.command.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", name, err)
	}
	if err := s.reaper.watch(name, p.command.Process.Pid); err != nil {
		return nil, err
	}
	stopping := make(chan struct{})
	go func() {
		p.err = p.command.Wait()
		logFile.Close()
		s.reaper.forget(name)
		close(p.ended)
		select {
		case <-stopping:
		default:
			s.ended(fmt.Errorf("%s ended by itself: %v", name, p.command.ProcessState))
		}
	}()
	s.onStop(func() error {
		close(stopping)
		return p.stop()
	})
	return p, nil
}

// stop asks a process and what it started to end, and kills them if they don't.
func (p *process) stop() error {
	group := -p.command.Process.Pid
	_ = syscall.Kill(group, syscall.SIGTERM) // it may have ended already
	select {
	case <-p.ended:
		return nil
	case <-time.After(patience):
	}
	_ = syscall.Kill(group, syscall.SIGKILL)
	<-p.ended
	return fmt.Errorf("%s did not stop within %s and was killed", p.name, patience)
}

// lastLines gives the end of what a process wrote.
func (p *process) lastLines(count int) string {
	content, err := os.ReadFile(p.log)
	if err != nil {
		return err.Error()
	}
	lines := bytes.SplitAfter(content, []byte("\n"))
	return string(bytes.Join(lines[max(0, len(lines)-count-1):], nil))
}
