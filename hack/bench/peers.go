package main

import (
	"bytes"
	"context"
	_ "embed"
	"fmt"
	"os"
	"os/exec"
	"time"
)

var peerRclone = figure{
	name: "rclone", what: "Speed and peak memory with 1,000 files of 10 kB, 4 at once, without latency", target: "—",
	against: "rclone, copying the same tree between two WebDAV servers with as many transfers",
	measure: func(ctx context.Context, s *scene) (reading, error) {
		if s.rclone == "" {
			return told(nil, "not measured: no rclone"), nil
		}
		return s.againstPeer(ctx, "rclone", func(i int) (peerRun, error) { return s.copyByRclone(ctx, fmt.Sprint(i), connections) })
	},
}

var peerScript = figure{
	name: "script", what: "The same", target: "—",
	against: "a script of twenty lines that lists, downloads and uploads one by one",
	measure: func(ctx context.Context, s *scene) (reading, error) {
		python, err := exec.LookPath("python3")
		if err != nil {
			return told(nil, "not measured: no python3"), nil
		}
		return s.againstPeer(ctx, "script", func(i int) (peerRun, error) { return s.copyByScript(ctx, python, fmt.Sprint(i)) })
	},
}

// peerRun is what a run of another program took.
type peerRun struct {
	took time.Duration
	// resident is the peak of its memory in bytes.
	resident float64
}

// againstPeer has operator and peer carry a room in turns.
func (s *scene) againstPeer(ctx context.Context, name string, peer func(run int) (peerRun, error)) (reading, error) {
	spec := roomSpec{Folders: 10, Documents: s.scaled(1000), Bytes: 10_000}
	if err := s.davFolders(&spec); err != nil {
		return reading{}, err
	}
	if err := s.begin(ctx, spec); err != nil {
		return reading{}, err
	}
	var speeds, memories []float64
	for i := range pairs {
		theirs, err := peer(i)
		if err != nil {
			return reading{}, err
		}
		took, err := s.sync(ctx, s.folderSync(fmt.Sprintf("heron-%d", i), 0))
		if err != nil {
			return reading{}, err
		}
		resident, err := s.operator.status("VmHWM")
		if err != nil {
			return reading{}, err
		}
		speeds = append(speeds, theirs.took.Seconds()/took.Seconds())
		memories = append(memories, float64(resident)/theirs.resident)
	}
	numbers := map[string]float64{"speed": median(speeds), "memory": median(memories)}
	return told(numbers, "%.1f × the speed of %s, %.1f × its memory", median(speeds), name, median(memories)), nil
}

// davFolders makes the folders that the WebDAV servers serve.
func (s *scene) davFolders(spec *roomSpec) (err error) {
	for name, folder := range map[string]*string{"from": &spec.From, "to": &spec.To} {
		if *folder, err = s.tempFolder(name); err != nil {
			return err
		}
	}
	return nil
}

// copyByRclone copies the tree by WebDAV, into a folder of its own.
func (s *scene) copyByRclone(ctx context.Context, run string, transfers int) (peerRun, error) {
	command := exec.CommandContext(ctx, s.rclone, "copy", "from:", "to:"+run,
		fmt.Sprintf("--transfers=%d", transfers), fmt.Sprintf("--checkers=%d", transfers), "--config=", "--retries=1")
	// By default it waits 10 ms between two requests, which would be all that is measured.
	command.Env = append(os.Environ(), "RCLONE_CONFIG_FROM_PACER_MIN_SLEEP=0", "RCLONE_CONFIG_TO_PACER_MIN_SLEEP=0",
		"RCLONE_CONFIG_FROM_TYPE=webdav", "RCLONE_CONFIG_FROM_VENDOR=other", "RCLONE_CONFIG_FROM_URL="+s.at.From,
		"RCLONE_CONFIG_TO_TYPE=webdav", "RCLONE_CONFIG_TO_VENDOR=other", "RCLONE_CONFIG_TO_URL="+s.at.To)
	return timed(command)
}

//go:embed script.py
var script string

// copyByScript runs the script.
func (s *scene) copyByScript(ctx context.Context, python, run string) (peerRun, error) {
	var made struct{ ID int64 }
	err := s.admin(ctx, "POST", s.at.Luminance+"/_sim/folders", map[string]string{"division": "corporate", "path": "/script-" + run}, &made)
	if err != nil {
		return peerRun{}, err
	}
	return timed(exec.CommandContext(ctx, python, "-c", script, s.at.Intralinks, s.at.Luminance, fmt.Sprint(exchangeID(0)), fmt.Sprint(made.ID)))
}

// timed runs a program. What the kernel says of its memory when it has ended counts this process as well, as which it
// began, so it is asked while the program runs.
func timed(command *exec.Cmd) (peerRun, error) {
	var output bytes.Buffer
	command.Stdout, command.Stderr = &output, &output
	began := time.Now()
	if err := command.Start(); err != nil {
		return peerRun{}, err
	}
	ended := make(chan error, 1)
	go func() { ended <- command.Wait() }()
	look := time.NewTicker(5 * time.Millisecond)
	defer look.Stop()
	var run peerRun
	for {
		select {
		case err := <-ended:
			run.took = time.Since(began)
			if err != nil {
				return peerRun{}, fmt.Errorf("%s: %w\n%s", command.Path, err, output.Bytes())
			}
			return run, nil
		case <-look.C:
			if resident, err := memoryOf(command.Process.Pid, "VmHWM"); err == nil { // else it ends just now
				run.resident = max(run.resident, float64(resident))
			}
		}
	}
}
