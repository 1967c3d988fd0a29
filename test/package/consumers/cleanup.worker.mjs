import "token-budget/web-workers.worker";
