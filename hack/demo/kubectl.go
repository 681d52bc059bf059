package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
)

// kubectl runs it as a user would, and returns all that it printed.
func (c *cluster) kubectl(ctx context.Context, stdin []byte, args ...string) (string, error) {
	command := exec.CommandContext(ctx, c.kubectlPath, args...)
	command.Env = append(os.Environ(), "KUBECONFIG="+c.kubeconfig)
	command.Stdin = bytes.NewReader(stdin)
	output, err := command.CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("kubectl %s: %w\n%s", strings.Join(args, " "), err, output)
	}
	return string(output), nil
}

// show prints a kubectl command and what it answers, so that a reader can repeat it.
func (c *cluster) show(ctx context.Context, out *screen, args ...string) error {
	out.printf("\n$ kubectl %s\n", strings.Join(args, " "))
	output, err := c.kubectl(ctx, nil, args...)
	if err != nil {
		return err
	}
	out.printf("%s", output)
	return nil
}
