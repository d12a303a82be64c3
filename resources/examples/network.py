import torch
from torch import nn

import gdviz

x = torch.randn(200, 2)
y = (x[:, :1] * x[:, 1:] > 0).float()
net = nn.Sequential(nn.Linear(2, 8), nn.Tanh(), nn.Linear(8, 1))
gdviz.show(net, x, y, nn.BCEWithLogitsLoss(), batch_size=16, learning_rate=0.5)
