package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"time"
)

// services are the two simulators, as they introduce themselves.
type services struct {
	IntralinksURL, APIKey, APISecret     string
	LuminanceURL, ClientID, ClientSecret string
}

// startSimulators starts both on free ports of the loopback interface.
func startSimulators(ctx context.Context, s *stage, o settings) (*services, error) {
	args := []string{"--intralinks-addr=127.0.0.1:0", "--luminance-addr=127.0.0.1:0", "--received=" + o.received}
	if o.dataroom != "" {
		args = append(args, "--dataroom="+o.dataroom)
	}
	if o.unlimited {
		args = append(args, "--budget=unlimited")
	}
	introduction, printed := io.Pipe()
	p, err := s.start("simulators", filepath.Join(o.root, "bin", "simulators"), printed, nil, args...)
	if err != nil {
		return nil, err
	}
	found := make(chan *services, 1)
	go readIntroduction(introduction, found)
	select {
	case services := <-found:
		return services, nil
	case <-p.ended:
		return nil, fmt.Errorf("the simulators ended before they served: %v\n%s", p.command.ProcessState, p.lastLines(10))
	case <-time.After(startTimeout):
		return nil, fmt.Errorf("the simulators did not say where they serve within %s; %s has what they said", startTimeout, p.log)
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

// readIntroduction hands the addresses and credentials over once all are there, and then reads on: a
// simulator must never wait for somebody to read what it prints.
func readIntroduction(from io.Reader, found chan<- *services) {
	var s services
	missing := map[string]*string{
		"INTRALINKS_URL": &s.IntralinksURL, "INTRALINKS_API_KEY": &s.APIKey, "INTRALINKS_API_SECRET": &s.APISecret,
		"LUMINANCE_URL": &s.LuminanceURL, "LUMINANCE_CLIENT_ID": &s.ClientID, "LUMINANCE_CLIENT_SECRET": &s.ClientSecret,
	}
	lines := bufio.NewScanner(from)
	for lines.Scan() {
		name, value, _ := strings.Cut(lines.Text(), "=")
		field, wanted := missing[name]
		if !wanted {
			continue
		}
		*field = value
		delete(missing, name)
		if len(missing) == 0 {
			found <- &s
		}
	}
	_, _ = io.Copy(io.Discard, from) // after a line too long to be an introduction
}
